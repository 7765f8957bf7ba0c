"""Numbers and times as people read them: pure functions, one per unit.

None becomes an en dash: nothing was measured, which is not zero.
"""

from datetime import UTC, datetime

NOTHING = "\N{EN DASH}"

_MINUTE_S, _HOUR_S, _DAY_S = 60, 3_600, 86_400


def duration(seconds: float | None) -> str:
    """A length of time in at most two units: `0.4s`, `12s`, `4m 10s`, `3h 05m`, `2d 4h`."""
    if seconds is None:
        return NOTHING
    if seconds < 0.95:
        return f"{max(seconds, 0.0):.1f}s"
    whole = round(seconds)
    if whole < _MINUTE_S:
        return f"{whole}s"
    if whole < _HOUR_S:
        return f"{whole // _MINUTE_S}m {whole % _MINUTE_S:02}s"
    if whole < _DAY_S:
        return f"{whole // _HOUR_S}h {whole % _HOUR_S // _MINUTE_S:02}m"
    return f"{whole // _DAY_S}d {whole % _DAY_S // _HOUR_S}h"


def ago(seconds: float | None) -> str:
    """How long since: `just now`, `12s ago`."""
    if seconds is None:
        return NOTHING
    return "just now" if seconds < 1 else f"{duration(seconds)} ago"


def rate(per_s: float | None) -> str:
    """Events per second, the unit left to the header: `0`, `0.4`, `12.3`, `1,204`."""
    if per_s is None:
        return NOTHING
    if per_s < 0.05:
        return "0"
    return f"{per_s:.1f}" if per_s < 99.95 else f"{per_s:,.0f}"


def milliseconds(value_ms: float | None) -> str:
    """Milliseconds, the unit left to the header: `0.4`, `38`, `2,140`."""
    if value_ms is None:
        return NOTHING
    return f"{value_ms:.1f}" if value_ms < 9.95 else f"{value_ms:,.0f}"


def size(size_bytes: float | None) -> str:
    """Bytes in decimal units: `512 B`, `4.1 kB`, `28 MB`."""
    if size_bytes is None:
        return NOTHING
    value = size_bytes
    for unit in ("B", "kB", "MB", "GB"):
        if value < 999.5:
            return f"{value:.0f} {unit}" if unit == "B" or value >= 9.95 else f"{value:.1f} {unit}"
        value /= 1_000
    return f"{value:,.1f} TB"


def percent(fraction: float | None) -> str:
    """A fraction as whole percent, the sign left to the header: `0`, `<1`, `42`."""
    if fraction is None:
        return NOTHING
    return "<1" if 0 < fraction < 0.005 else f"{fraction * 100:.0f}"


def count(number: int | None) -> str:
    """A whole number with separators: `12,040`."""
    return NOTHING if number is None else f"{number:,}"


def moment(at: datetime | None, *, now: datetime) -> str:
    """A time of day in UTC, with its date when that is not today's: `21 Nov 14:03:22`."""
    if at is None:
        return NOTHING
    at_utc = at.astimezone(UTC)
    same_day = at_utc.date() == now.astimezone(UTC).date()
    return at_utc.strftime("%H:%M:%S" if same_day else "%d %b %H:%M:%S")


def words(name: str) -> str:
    """A state's name as words: `backing_off` reads `backing off`."""
    return name.replace("_", " ")


def plural(number: int, one: str, many: str | None = None) -> str:
    """A number with its noun: `1 registry`, `2 registries`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
