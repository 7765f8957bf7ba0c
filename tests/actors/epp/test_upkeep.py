import math
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.epp.settings import RegistrySettings
from actors.epp.upkeep import Upkeep


def upkeep(seed: int = 1, **settings: Any) -> Upkeep:
    made = RegistrySettings(
        name="v", host="h", zones=("com",), client_id="abc", password="secret", **settings
    )
    return Upkeep(made, Random(seed))


@given(st.integers())
def test_sessions_of_one_birth_end_at_different_times_before_the_limit(seed: int) -> None:
    session = upkeep(seed, age_limit_s=1_000.0)
    session.begin(50.0)
    assert not session.is_old(50.0 + 899.0)
    assert session.is_old(50.0 + 1_000.0)


def test_without_a_limit_no_session_is_old() -> None:
    session = upkeep(age_limit_s=None)
    session.begin(0.0)
    assert not session.is_old(1e12)
    assert math.isfinite(session.next_look_in_s(0.0))


def test_a_hello_is_needed_after_rest() -> None:
    session = upkeep(hello_every_s=10.0)
    session.begin(0.0)
    assert session.next_look_in_s(4.0) == pytest.approx(6.0)
    assert not session.needs_hello(9.9)
    assert session.needs_hello(10.0)
    assert session.next_look_in_s(10.0) == pytest.approx(10.0)
    session.answered(12.0)
    assert not session.needs_hello(21.0)


def test_the_last_command_a_registry_allows_is_known() -> None:
    session = upkeep(commands_per_session=3)
    session.begin(0.0)
    assert [session.answered(1.0) for _ in range(3)] == [False, False, True]
    session.begin(2.0)
    assert session.commands == 0
    assert not any(upkeep().answered(1.0) for _ in range(100))


def test_it_never_asks_to_be_looked_at_at_once() -> None:
    session = upkeep(hello_every_s=10.0, age_limit_s=100.0)
    session.begin(0.0)
    assert session.next_look_in_s(200.0) > 0.0
