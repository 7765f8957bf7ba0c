"""Moments as Oban's columns hold them: UTC, without saying so."""

from datetime import UTC, datetime


def aware(moment: datetime) -> datetime:
    """What a column says, knowing that it is UTC."""
    return moment.replace(tzinfo=UTC)


def naive(moment: datetime) -> datetime:
    """What a column wants of an aware moment."""
    return moment.astimezone(UTC).replace(tzinfo=None)
