"""The buttons of the pages type commands at the desk, which writes down who asked."""

import pytest

from actors.control import Desk
from actors.epp import Registries
from actors.jobs import Jobs, JobsSettings, Workers
from engset.backend import DaemonBackend
from runtime import System
from store import Database
from tests.actors.control.conftest import desk, ports, system
from tests.actors.control.scripted import ScriptedPorts
from web.actions import ACTIONS, RESTART, STOP, Action
from web.ports import Done, Refused

__all__ = ["desk", "ports", "system"]


@pytest.fixture
def backend(system: System, desk: Desk) -> DaemonBackend:
    """Its database is never opened: nothing here asks it."""
    jobs = Jobs(system, Database("postgresql:///nowhere"), JobsSettings(queues={}), Workers())
    return DaemonBackend(system, Registries(system, {}), jobs, desk)


@pytest.mark.parametrize(
    ("action", "typed"), [(RESTART, "restart counter"), (STOP, "stop counter --kill")]
)
async def test_a_button_is_carried_out_and_audited(
    backend: DaemonBackend, ports: ScriptedPorts, action: Action, typed: str
) -> None:
    outcome = await backend.act(action, "counter", who="alice")
    assert outcome == Done(f"counter: {action.name} done")
    (entry,) = ports.audited
    assert (entry.visitor.who, entry.visitor.via) == ("alice", "web")
    assert (set(entry.command.split()), entry.outcome) == (set(typed.split()), "ok")


async def test_a_button_that_cannot_act_says_why(
    backend: DaemonBackend, ports: ScriptedPorts
) -> None:
    outcome = await backend.act(RESTART, "nobody", who="alice")
    assert isinstance(outcome, Refused)
    assert "nobody" in outcome.reason
    assert [entry.outcome for entry in ports.audited] == ["not_found"]


@pytest.mark.parametrize("name", ["restart", "stop"])
async def test_a_target_that_looks_like_an_option_is_none(
    backend: DaemonBackend, ports: ScriptedPorts, name: str
) -> None:
    assert isinstance(await backend.act(ACTIONS[name], "--help", who="alice"), Refused)
    assert [entry.outcome for entry in ports.audited] == ["not_found"]
