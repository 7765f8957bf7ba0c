"""The counters of a roster, which are kept as things happen, beside a recount of its slots."""

import ssl
from itertools import count
from typing import Any, cast

from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from actors.epp.health import ConnectionState
from actors.epp.job import Job
from actors.epp.messages import LoggedIn, LoggedOut, Performed, SessionLimited, StateChanged
from actors.epp.roster import Roster
from actors.epp.settings import RegistrySettings
from protocols.epp import CheckDomains, Response, Result, TransactionIds
from runtime import Actor, Down, Failed, Ref
from runtime.testing import VirtualClock
from tests.actors.epp.stand_ins import Past, ref_of

SESSIONS = 3
DONE = Response(results=(Result(code=1000, message="done"),), cltrid="t-1", svtrid="s-1")
slots = st.integers(1, SESSIONS)
states = st.sampled_from(
    ["connecting", "greeting", "login", "idle", "busy", "hello", "draining", "backing_off"]
)


class StandIn(Actor):
    """Has a clock and numbers its monitors; there is no system behind it."""

    def __init__(self) -> None:
        self._serials = count(1)
        self._clock = VirtualClock()

    @property
    def clock(self) -> VirtualClock:
        return self._clock

    def monitor(self, other: Ref) -> int:
        return next(self._serials)


def new_roster() -> Roster:
    settings = RegistrySettings(
        name="v", host="h", zones=("com",), client_id="abc", password="p", sessions=SESSIONS
    )
    return Roster(StandIn(), settings, cast("ssl.SSLContext", None), TransactionIds("t"))


def test_what_a_predecessor_saw_of_a_living_connection_is_not_forgotten() -> None:
    roster = new_roster()
    roster.state_changed(StateChanged(1, ref_of(Past(7, "link_lost: closed")), "idle"))
    roster.state_changed(StateChanged(2, ref_of(Past()), "idle"))
    seen = [(each.restarts, each.last_exit) for each in roster.health(0.0)]
    assert seen == [(7, "link_lost: closed"), (0, None), (0, None)]
    assert not roster.has_failed


def test_a_death_that_the_pool_saw_counts_once_and_its_own_reason_stays() -> None:
    roster = new_roster()
    first = ref_of(Past(7, "link_lost: closed"))
    roster.state_changed(StateChanged(1, first, "idle"))
    monitor = roster[1].monitor
    assert monitor is not None
    roster.connection_down(Down(monitor, first, roster[1].path, Failed("timed_out")))
    roster.state_changed(StateChanged(1, ref_of(Past(8, "timed_out")), "connecting"))
    assert (roster[1].restarts, roster[1].last_exit) == (8, "timed_out")
    assert roster.has_failed


class RosterMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.now_s = 0.0
        self.roster = new_roster()
        self.refs = {number: self._new_ref() for number in range(1, SESSIONS + 1)}
        self.jobs = count(1)

    @staticmethod
    def _new_ref() -> Ref:
        return ref_of(Past())

    @rule(number=slots, state=states)
    def a_state_changes(self, number: int, state: ConnectionState) -> None:
        self.roster.state_changed(StateChanged(number, self.refs[number], state))

    @rule(number=slots)
    def a_session_is_there(self, number: int) -> None:
        self.roster.logged_in(LoggedIn(number, self.refs[number], "remote", "tls"))
        self.roster.state_changed(StateChanged(number, self.refs[number], "idle"))

    @rule(number=slots, limited=st.booleans())
    def a_session_ends(self, number: int, *, limited: bool) -> None:
        ref = self.refs[number]
        message = SessionLimited(number, ref, 2502, 60.0) if limited else LoggedOut(number, ref)
        self.roster.session_over(message)

    @rule()
    def a_job_is_handed_out(self) -> None:
        if self.roster.has_idle:
            slot = self.roster.hand_out(a_job(next(self.jobs)), self.now_s)
            assert slot.ready

    @rule(number=slots, takes_more=st.booleans())
    def a_job_is_answered(self, number: int, *, takes_more: bool) -> None:
        job = self.roster[number].job
        if job is not None:
            done = Performed(
                number, self.refs[number], job.number, "t-1", DONE, 0.1, takes_more=takes_more
            )
            assert self.roster.performed(done, self.now_s) is job

    @rule(number=slots)
    def a_job_comes_back(self, number: int) -> None:
        job = self.roster[number].job
        if job is not None:
            assert self.roster.gave_back(number, job.number) is job
            self.roster.free(number)
        assert self.roster.gave_back(number, 0) is None

    @rule(number=slots)
    def a_connection_dies(self, number: int) -> None:
        slot = self.roster[number]
        if slot.ref is not None and slot.monitor is not None:
            job = slot.job
            down = Down(slot.monitor, slot.ref, slot.path, Failed("link_lost"))
            assert self.roster.connection_down(down) == (slot, job)
            self.refs[number] = self._new_ref()
        assert self.roster.connection_down(Down(0, self.refs[number], "x", Failed("unknown"))) == (
            None,
            None,
        )

    @invariant()
    def the_counters_are_a_recount(self) -> None:
        ready = [slot for slot in self.roster if slot.ready]
        assert self.roster.ready == len(ready)
        assert self.roster.busy == sum(slot.job is not None for slot in ready)
        counts = self.roster.counts()
        assert counts.busy <= counts.ready <= counts.allowed == SESSIONS

    @invariant()
    def who_is_idle_is_ready_and_has_nothing_in_hand_and_stands_there_once(self) -> None:
        idle: Any = list(self.roster._idle)
        assert len({slot.number for slot in idle}) == len(idle)
        assert all(slot.ready and slot.job is None for slot in idle)


def a_job(number: int) -> Job:
    return Job(
        number=number,
        command=CheckDomains(("example.com",)),
        cltrid="t-1",
        origin="",
        due_s=1.0,
        deadline_s=1.0,
        taken_s=0.0,
        sender=cast("Any", None),
    )


TestRoster = RosterMachine.TestCase
TestRoster.settings = hypothesis_settings(max_examples=60, stateful_step_count=40, deadline=None)
