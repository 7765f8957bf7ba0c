from collections.abc import Mapping

from structlog.testing import capture_logs

from runtime import Actor, System
from runtime.redaction import HIDDEN
from runtime.status import in_words, state_of
from runtime.testing import settle
from tests.runtime.scripts import PlainScript


class Silent(Actor):
    def __init__(self) -> None:
        self.token = "hunter2"
        self.mail = "ada@example.com"
        self._inside = 1

    def handle_cast(self, message: object) -> object:
        raise ValueError(message)


class Broken(Silent):
    def format_status(self, state: Mapping[str, object]) -> Mapping[str, object]:
        raise KeyError("format")


def test_public_attributes_stand_in_for_facts() -> None:
    assert state_of(Silent()) == {"token": HIDDEN, "mail": "ada@example.com"}


def test_facts_come_before_attributes() -> None:
    assert state_of(PlainScript()) == {"heard": 0}


def test_words_hold_no_mail_address() -> None:
    words = in_words({"mail": "ada@example.com", "count": 2, "names": ("a",)})
    assert words == (("mail", "[address]"), ("count", "2"), ("names", "['a']"))


async def test_a_crash_is_reported_with_the_state_and_without_its_secrets(system: System) -> None:
    with capture_logs() as logs:
        system.spawn(Silent).cast("mail")
        await settle(system)
    (report,) = logs
    assert report["state"] == {"token": HIDDEN, "mail": "[address]"}
    assert "recent" not in report


async def test_a_crash_is_reported_even_when_the_state_cannot_be_shown(system: System) -> None:
    with capture_logs() as logs:
        system.spawn(Broken).cast("mail")
        await settle(system)
    (report,) = logs
    assert report["event"] == "actor.crashed"
    assert report["state"] == {"not shown": "KeyError: 'format'"}
