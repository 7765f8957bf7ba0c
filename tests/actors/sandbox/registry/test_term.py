from datetime import UTC, datetime

import pytest

from actors.sandbox.registry.term import add_years, term_years
from protocols.epp_server import CommandError
from protocols.epp_server.domain_requests import Period


def test_the_twenty_ninth_of_february_becomes_the_twenty_eighth() -> None:
    leap_day = datetime(2028, 2, 29, 23, 59, tzinfo=UTC)
    assert add_years(leap_day, 1) == datetime(2029, 2, 28, 23, 59, tzinfo=UTC)
    assert add_years(leap_day, 4) == datetime(2032, 2, 29, 23, 59, tzinfo=UTC)


def test_months_count_when_they_are_whole_years() -> None:
    assert [term_years(period) for period in (None, Period(36, "m"), Period(10, "y"))] == [1, 3, 10]


@pytest.mark.parametrize("period", [Period(13, "m"), Period(11, "y"), Period(99, "m")])
def test_no_other_period_is_a_term(period: Period) -> None:
    with pytest.raises(CommandError, match="1 to 10 whole years"):
        term_years(period)
