from collections import deque

from runtime.exits import NORMAL
from runtime.mailbox import Info, Mailbox, Resume, Stop, make_room


def test_making_room_takes_the_oldest_user_message_and_no_signal() -> None:
    info, resume, stop = Info(1), Resume(2), Stop(NORMAL)
    mailbox: Mailbox = deque([info, resume, "old", "new", stop])
    make_room(mailbox, 2)
    assert list(mailbox) == [info, resume, "new", stop]
