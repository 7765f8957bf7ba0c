"""xs:dateTime as registries write it, read into aware UTC datetimes.

Seen in the field: no fraction, one to nine digits of it, `Z`, offsets, and no zone at all, which
RFC 5731 section 2.4 lets us read as UTC.
"""

from datetime import UTC, datetime


def parse_date_time(text: str) -> datetime:
    """The instant, in UTC, cut to microseconds.

    Raises ValueError when `text` is not a date and time, or lies outside the years 1 to 9999.
    """
    if text[10:11] != "T":
        raise ValueError("not an xs:dateTime")
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC)
    if moment.tzinfo is UTC:
        return moment
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("outside the years 1 to 9999") from error
