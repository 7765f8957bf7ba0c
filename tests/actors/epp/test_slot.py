from actors.epp.slot import Slot
from tests.actors.epp.test_roster import a_job


def slot() -> Slot:
    return Slot(1, "epp/v/connections/1", ready=True, state="idle", last_use_s=10.0)


def test_at_rest_it_shows_how_long() -> None:
    health = slot().health(25.0)
    assert (health.state, health.doing, health.idle_s) == ("idle", None, 15.0)


def test_with_a_command_in_hand_it_is_busy_with_it() -> None:
    busy = slot()
    busy.job = a_job(1)
    health = busy.health(25.0)
    assert (health.state, health.doing, health.idle_s) == ("busy", "domain:check", None)


def test_a_retry_that_is_due_is_in_no_seconds() -> None:
    waiting = slot()
    waiting.retry_at_s = 20.0
    assert waiting.health(25.0).retry_in_s == 0.0


def test_logged_out_it_has_no_age() -> None:
    gone = slot()
    gone.logged_in_s = 5.0
    gone.log_out()
    health = gone.health(25.0)
    assert (health.age_s, health.idle_s, health.commands) == (None, None, 0)
