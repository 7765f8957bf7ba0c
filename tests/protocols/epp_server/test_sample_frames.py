"""Commands that others publish as samples: all are read, or refused for a named reason."""

from pathlib import Path

import pytest

from protocols.epp_server import Request, Unreadable, read_request

FOLDER = Path(__file__).parents[4] / "shared" / "epp-frames"
REFUSED = {
    2003: "a poll acknowledgement without its msgID",
    2102: "auth info that belongs to another object (roid)",
    2103: "a command extension",
}


def test_published_sample_commands_are_understood() -> None:
    if not FOLDER.is_dir():
        pytest.skip(f"the sample frames are not at {FOLDER}")
    codes: list[int] = []
    for path in FOLDER.rglob("*.xml"):
        xml = path.read_bytes()
        if b"<command" in xml:
            match read_request(xml):
                case Request():
                    codes.append(1000)
                case Unreadable(problem=problem):
                    codes.append(problem.code)
    assert set(codes) <= {1000, *REFUSED}
    assert codes.count(1000) > 100
