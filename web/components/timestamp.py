"""Times of day: short for people, exact for machines."""

from datetime import datetime

from markupsafe import Markup

from web.element import element
from web.formatting import NOTHING, moment


def timestamp(at: datetime | None, *, now: datetime) -> Markup | str:
    """A time in UTC, with its date when that is not today's; a dash for none."""
    if at is None:
        return NOTHING
    return element("time", moment(at, now=now), datetime=at.isoformat(timespec="seconds"))
