import pytest

from actors.flow import Cancel, Subscription, TooManyEvents
from runtime import System
from runtime.testing import Probe


def account(system: System, maximum: int, minimum: int, *, manual: bool = False) -> Subscription:
    return Subscription(
        number=1,
        producer=system.spawn(Probe, name="shop"),
        max_demand=maximum,
        min_demand=minimum,
        cancel=Cancel.PERMANENT,
        manual=manual,
    )


@pytest.mark.parametrize(("maximum", "minimum"), [(2, 2), (2, 3), (1, -1), (0, 0)])
async def test_min_demand_has_to_be_below_max_demand(
    system: System, maximum: int, minimum: int
) -> None:
    with pytest.raises(ValueError, match=f"min_demand {minimum} of max_demand {maximum}"):
        account(system, maximum, minimum)


async def test_it_is_asked_again_when_min_demand_is_left(system: System) -> None:
    one = account(system, 10, 4)
    assert one.asked(10) == 10
    one.came(10)
    assert one.portion(10) == 6
    assert one.handled(5) == 0
    assert one.handled(1) == 6
    one.asked(6)
    assert one.portion(4) == 4
    assert (one.expected, one.to_come) == (10, 6)


async def test_more_than_was_asked_for_is_a_crash(system: System) -> None:
    one = account(system, 2, 0)
    one.asked(2)
    one.came(2)
    with pytest.raises(TooManyEvents, match="shop sent 1 events more") as caught:
        one.came(1)
    assert caught.value.excess == 1


async def test_a_manual_account_never_asks_by_itself(system: System) -> None:
    one = account(system, 10, 4, manual=True)
    one.asked(3)
    one.came(3)
    assert one.portion(3) == 3
    assert one.handled(3) == 0
