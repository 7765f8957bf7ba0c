import ssl
from typing import cast

import pytest

from actors.epp.messages import LoggedIn, StateChanged
from actors.epp.outcomes import Unreachable
from actors.epp.roster import Roster
from actors.epp.settings import RegistrySettings
from actors.epp.standing import Standing
from protocols.epp import TransactionIds
from runtime import Actor, Ref
from runtime.testing import VirtualClock
from tests.actors.epp.stand_ins import Past, ref_of

SETTINGS = RegistrySettings(
    name="v", host="h", zones=("com",), client_id="abc", password="p", sessions=2
)
REFS = {number: ref_of(Past()) for number in (1, 2)}


class StandIn(Actor):
    """Has a clock; there is no system behind it."""

    def __init__(self) -> None:
        self._clock = VirtualClock()

    @property
    def clock(self) -> VirtualClock:
        return self._clock

    def monitor(self, other: Ref) -> int:
        return 1


@pytest.fixture
def roster() -> Roster:
    return Roster(StandIn(), SETTINGS, cast("ssl.SSLContext", None), TransactionIds("t"))


def log_in(roster: Roster, number: int) -> None:
    roster.logged_in(LoggedIn(number, REFS[number], "remote", "tls"))
    roster.state_changed(StateChanged(number, REFS[number], "idle"))


def fail(roster: Roster, number: int, why: str, retry_in_s: float | None = None) -> None:
    roster.state_changed(StateChanged(number, REFS[number], "backing_off", why, retry_in_s))


def test_it_is_starting_until_all_sessions_are_there_or_one_has_failed(roster: Roster) -> None:
    standing = Standing(SETTINGS)
    assert (standing.state(roster), standing.why(roster)) == ("starting", "logging in")
    log_in(roster, 2)
    assert standing.state(roster) == "starting"


def test_it_is_down_when_the_first_attempt_fails(roster: Roster) -> None:
    standing = Standing(SETTINGS)
    fail(roster, 1, "connection refused", 3.2)
    assert standing.state(roster) == "down"
    assert standing.why(roster) == (
        "2 of 2 sessions missing: connection refused; next attempt in 3 s"
    )


def test_a_new_attempt_is_still_down_and_remembers_why(roster: Roster) -> None:
    standing = Standing(SETTINGS)
    fail(roster, 1, "connection refused", 3.2)
    roster.state_changed(StateChanged(1, REFS[1], "connecting"))
    assert standing.state(roster) == "down"
    assert standing.why(roster) == "2 of 2 sessions missing: connection refused"


def test_with_some_sessions_it_is_degraded_and_with_all_it_is_up(roster: Roster) -> None:
    standing = Standing(SETTINGS)
    log_in(roster, 1)
    fail(roster, 2, "connection refused", 3.2)
    assert (standing.state(roster), standing.why(roster)) == (
        "degraded",
        "1 of 2 sessions missing: connection refused; next attempt in 3 s",
    )
    log_in(roster, 2)
    assert (standing.state(roster), standing.why(roster)) == ("up", None)


def test_wishes_and_lock_outs_come_before_sessions(roster: Roster) -> None:
    standing = Standing(SETTINGS)
    log_in(roster, 1)
    log_in(roster, 2)
    assert standing.refusal() is None
    states = [standing.state(roster)]
    standing.paused = True
    states.append(standing.state(roster))
    why = standing.lock_out(2200, "wrong password")
    states.append(standing.state(roster))
    assert states == ["up", "paused", "locked_out"]
    assert standing.why(roster) == why == standing.stays_out
    assert "login as abc refused (2200 wrong password)" in why
    assert standing.refusal() == Unreachable("v", why, None)


def test_who_stops_takes_nothing_and_stays_out_when_all_is_done(roster: Roster) -> None:
    standing = Standing(SETTINGS)
    log_in(roster, 1)
    standing.draining = True
    assert standing.state(roster) == "draining"
    assert isinstance(standing.refusal(), Unreachable)
    standing.drained = True
    assert standing.stays_out == "the daemon is stopping"


def test_a_change_is_logged_once(roster: Roster, capsys: pytest.CaptureFixture[str]) -> None:
    standing = Standing(SETTINGS)
    standing.log_change(roster)
    assert not capsys.readouterr().out
    fail(roster, 1, "connection refused")
    for _ in range(3):
        standing.log_change(roster)
    assert capsys.readouterr().out.count("registry.changed_state") == 1
