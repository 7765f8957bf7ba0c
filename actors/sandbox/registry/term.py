"""Terms of registration: whole years, at most ten from now (RFC 5731 section 3.2.1)."""

from datetime import datetime
from typing import Final

from protocols.epp_server import Culprit, ResultCode, refusal
from protocols.epp_server.domain_requests import Period
from protocols.epp_server.namespace import DOMAIN

MAX_YEARS: Final = 10


def add_years(at: datetime, years: int) -> datetime:
    """The same day and time so many years later; 29 February becomes 28 where there is none."""
    try:
        return at.replace(year=at.year + years)
    except ValueError:
        return at.replace(year=at.year + years, day=28)


def term_years(period: Period | None) -> int:
    """The years asked for, one where nothing is said.

    Raises CommandError 2004 for months that are no whole years and for more than ten years.
    """
    if period is None:
        return 1
    years, rest = (period.count, 0) if period.unit == "y" else divmod(period.count, 12)
    if rest or not 1 <= years <= MAX_YEARS:
        raise refusal(
            ResultCode.VALUE_RANGE,
            f"a period is 1 to {MAX_YEARS} whole years",
            culprit=Culprit(DOMAIN, "period", str(period.count)),
        )
    return years


def latest_expiry(at: datetime) -> datetime:
    """The farthest that a registration may reach at this moment."""
    return add_years(at, MAX_YEARS)
