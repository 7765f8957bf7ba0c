"""What a session is worth, and for how long."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.web.builders import NOW
from tests.web.scripted import session


def test_a_form_token_is_of_one_session_only() -> None:
    one, other = session(), replace(session(), secret=b"t" * 32)
    assert one.accepts(one.form_token)
    assert not one.accepts(other.form_token)
    assert not one.accepts("")
    assert not one.accepts("é")
    assert one.secret.hex() not in one.form_token


@pytest.mark.parametrize(("role", "may"), [("viewer", False), ("operator", True), ("admin", True)])
def test_viewers_look_and_operators_act(role: str, may: bool) -> None:
    assert session(role=role).may_act is may


def test_what_is_left_never_goes_below_nothing() -> None:
    one = session(lasts=timedelta(seconds=90))
    assert one.left_s(NOW) == 90
    assert one.left_s(NOW + timedelta(hours=1)) == 0
