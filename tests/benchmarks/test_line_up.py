"""The processes that are measured, played by scripts of one line."""

import sys

import msgspec
import pytest

from benchmarks.actors.figures import Size
from benchmarks.actors.line_up import Entrant, MeasuringFailed, read_figures


def entrant(script: str, *, smaller: int = 1, needs: tuple[str, ...] = ()) -> Entrant:
    command = (sys.executable, "-c", script)
    return Entrant("scripted", "scripted", "python", command, smaller=smaller, needs=needs)


SAYS_FIGURES = """
import json, sys
what, *words = sys.argv[1:]
size = dict(word.split("=") for word in words)
print("something else first")
figures = {"bytes_idle": int(size["idle"])} if what == "bytes" else {"casts_per_s": None}
print(json.dumps(figures))
"""


def test_a_round_is_two_processes_and_their_last_lines() -> None:
    assert entrant(SAYS_FIGURES).figures(Size(idle=700)) == {
        "bytes_idle": 700.0,
        "casts_per_s": None,
    }


def test_a_slow_peer_is_given_less_to_do() -> None:
    assert entrant(SAYS_FIGURES, smaller=2).figures(Size(idle=700))["bytes_idle"] == 350.0


def test_who_fails_is_quoted() -> None:
    with pytest.raises(MeasuringFailed) as failed:
        entrant("raise SystemExit('no such thing')").figures(Size())
    assert failed.value.detail == "no such thing"


def test_what_is_not_installed_is_not_present() -> None:
    assert not Entrant("no", "no", "python", ("/no/such/python",)).present
    assert not entrant("", needs=(sys.executable, "-c", "import no_such_package")).present
    assert entrant("", needs=(sys.executable, "-c", "")).present
    assert entrant("").present


def test_only_figures_of_known_columns_are_read() -> None:
    assert read_figures('{"late_ms": 1.5, "share": null}') == {"late_ms": 1.5, "share": None}
    with pytest.raises(ValueError, match="no such figures: speed"):
        read_figures('{"speed": 1}')
    with pytest.raises(msgspec.ValidationError):
        read_figures('{"late_ms": "late"}')


def test_a_size_survives_the_command_line() -> None:
    size = Size.quick()
    assert Size.read(size.words()) == size


def test_less_work_keeps_the_ring_and_the_time_under_load() -> None:
    size = Size(calls=5_000, hops=300_000, ring=1_000, busy_ms=2_000).smaller(20)
    assert (size.calls, size.hops, size.ring, size.busy_ms) == (250, 15_000, 1_000, 2_000)
    assert Size(calls=200).smaller(20).calls == 100
