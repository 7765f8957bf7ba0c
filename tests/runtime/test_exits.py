import pytest

from runtime import (
    KILL,
    KILLED,
    NO_PROCESS,
    NORMAL,
    SHUTDOWN,
    Crashed,
    ExitReason,
    Failed,
    Shutdown,
    is_orderly,
)


@pytest.mark.parametrize(
    ("reason", "text", "orderly"),
    [
        (NORMAL, "normal", True),
        (SHUTDOWN, "shutdown", True),
        (Shutdown("moved away"), "shutdown: moved away", True),
        (KILL, "kill", False),
        (KILLED, "killed", False),
        (NO_PROCESS, "noproc", False),
        (Failed("link_lost"), "link_lost", False),
        (Failed("link_lost", "peer closed"), "link_lost: peer closed", False),
        (Crashed(ValueError("bad frame")), "ValueError: bad frame", False),
        (Crashed(ValueError()), "ValueError", False),
    ],
)
def test_a_reason_reads_as_one_line_and_is_orderly_or_not(
    reason: ExitReason, text: str, orderly: bool
) -> None:
    assert str(reason) == text
    assert is_orderly(reason) is orderly
