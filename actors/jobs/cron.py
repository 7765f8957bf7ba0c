"""When an entry of the clock fires: cron's five fields, in a time zone, across its changes.

Syntax and meaning are cron(5)'s: minute, hour, day of month, month, day of week; `*`, lists,
ranges, steps, names of months and weekdays, 7 for Sunday, and `@daily` and its like. When both days
are restricted, either one will do.

Daylight saving is treated as Debian's cron does. A schedule with fixed hours follows the wall
clock: a firing in the hour that is skipped comes at the first moment after the gap, and in the hour
that comes twice it comes once, in the first pass. A schedule whose hours are all (`*`) follows real
time: it fires in both passes, and has nothing to make up after a gap.
"""

import difflib
import zoneinfo
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_CYCLE = timedelta(days=146_097)
"""400 years, after which the Gregorian calendar begins anew, weekdays included: what has not fired
within them never does."""
_MINUTE = timedelta(minutes=1)
_DAY = timedelta(days=1)
_LAST_DAY = date(9000, 1, 1)

_MACROS = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}
_MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
    )
}
_WEEKDAYS = {
    name: number for number, name in enumerate(("sun", "mon", "tue", "wed", "thu", "fri", "sat"))
}


class BadCron(ValueError):
    """An expression that is none."""

    def __init__(self, *, expression: str, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.expression = expression
        self.field = field
        self.reason = reason


class BadZone(ValueError):
    """A time zone that the IANA database does not have."""

    def __init__(self, name: str, nearest: tuple[str, ...]) -> None:
        hint = f"; did you mean {nearest[0]}?" if nearest else ""
        super().__init__(f"no time zone {name!r}{hint}")
        self.name = name
        self.nearest = nearest


def parse_zone(name: str) -> ZoneInfo:
    """The zone of an IANA name. Raises BadZone."""
    try:
        return ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as error:
        known = zoneinfo.available_timezones()
        nearest = tuple(difflib.get_close_matches(name, known, n=3))
        raise BadZone(name, nearest) from error


@dataclass(frozen=True, slots=True)
class _Field:
    name: str
    first: int
    last: int
    names: dict[str, int]

    def read(self, text: str, expression: str) -> frozenset[int]:
        """The values that one field of an expression permits. Raises BadCron."""
        values: set[int] = set()
        for part in text.split(","):
            span, slash, step = part.partition("/")
            low, high = self._span(span, expression, open_end=bool(slash))
            if slash and not (step.isascii() and step.isdecimal() and int(step[:9]) > 0):
                raise self._bad(expression, f"the step {step!r} is no number above 0")
            values.update(range(low, high + 1, int(step[:9]) if slash else 1))
        return frozenset(values)

    def _span(self, text: str, expression: str, *, open_end: bool) -> tuple[int, int]:
        if text == "*":
            return self.first, self.last
        first, dash, last = text.partition("-")
        low = self._value(first, expression)
        if not dash:
            return low, self.last if open_end else low
        high = self._value(last, expression)
        if high < low:
            raise self._bad(expression, f"the range {text} runs backwards")
        return low, high

    def _value(self, text: str, expression: str) -> int:
        if text.lower() in self.names:
            return self.names[text.lower()]
        if not (text.isascii() and text.isdecimal()):
            raise self._bad(expression, f"{text!r} is no value")
        value = int(text[:9])
        if not self.first <= value <= self.last:
            raise self._bad(expression, f"{text} is not in {self.first} to {self.last}")
        return value

    def _bad(self, expression: str, reason: str) -> BadCron:
        return BadCron(expression=expression, field=self.name, reason=reason)


_FIELDS = (
    _Field("minute", 0, 59, {}),
    _Field("hour", 0, 23, {}),
    _Field("day of month", 1, 31, {}),
    _Field("month", 1, 12, _MONTHS),
    _Field("day of week", 0, 7, _WEEKDAYS),
)


@dataclass(frozen=True, slots=True)
class CronExpression:
    """A schedule. `text` is as it was written."""

    text: str
    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    """0 is Sunday."""
    either_day: bool
    """Both days are restricted: one of them is enough."""
    every_hour: bool

    @classmethod
    def parse(cls, text: str) -> "CronExpression":
        """Read an expression. Raises BadCron, which names the field that is wrong."""
        stripped = text.strip()
        if stripped.startswith("@"):
            if stripped.lower() not in _MACROS:
                known = ", ".join(_MACROS)
                raise BadCron(
                    expression=text, field="macro", reason=f"{stripped} is none of {known}"
                )
            stripped = _MACROS[stripped.lower()]
        parts = stripped.split()
        if len(parts) != len(_FIELDS):
            reason = f"there are {len(parts)}, where five are wanted"
            raise BadCron(expression=text, field="fields", reason=reason)
        values = [field.read(part, text) for field, part in zip(_FIELDS, parts, strict=True)]
        minutes, hours, days, months, weekdays = values
        return cls(
            text=text,
            minutes=tuple(sorted(minutes)),
            hours=tuple(sorted(hours)),
            days=days,
            months=months,
            weekdays=frozenset(day % 7 for day in weekdays),
            either_day=not (parts[2].startswith("*") or parts[4].startswith("*")),
            every_hour=parts[1].startswith("*"),
        )

    def next_after(self, moment: datetime, zone: ZoneInfo) -> datetime | None:
        """The first firing after an aware `moment`, in UTC; None when it never fires again."""
        return next(self._firings(moment, zone), None)

    def between(self, after: datetime, until: datetime, zone: ZoneInfo) -> Iterator[datetime]:
        """The firings in (after, until], in UTC and in order."""
        for firing in self._firings(after, zone):
            if firing > until:
                return
            yield firing

    def _firings(self, after: datetime, zone: ZoneInfo) -> Iterator[datetime]:
        """All firings after `after`; ends when none came for as long as none can come any more."""
        last = after.astimezone(UTC)
        day = last.astimezone(zone).date() - _DAY  # a gap may move a firing to the next day
        fired_on = day
        while day - fired_on <= _CYCLE and day < _LAST_DAY:
            if day.month not in self.months:
                day = (day.replace(day=1) + timedelta(days=31)).replace(day=1)
                continue
            for firing in self._on(day, zone, last) if self._fires_on(day) else ():
                if firing > last:
                    fired_on, last = day, firing
                    yield firing
            day += _DAY

    def _fires_on(self, day: date) -> bool:
        weekday = (day.weekday() + 1) % 7
        if self.either_day:
            return day.day in self.days or weekday in self.weekdays
        return day.day in self.days and weekday in self.weekdays

    def _on(self, day: date, zone: ZoneInfo, after: datetime) -> Iterator[datetime]:
        """The firings later than `after` whose wall time lies on `day`, in order."""
        start, end = (datetime.combine(each, time(), zone) for each in (day, day + _DAY))
        if start.utcoffset() == end.utcoffset():
            yield from self._on_even_day(start.astimezone(UTC), after)
        else:
            yield from (firing for firing in self._on_day_of_change(day, zone) if firing > after)

    def _on_even_day(self, start: datetime, after: datetime) -> Iterator[datetime]:
        """Of a day whose minutes are counted through; those that are over cost nothing."""
        first = (after - start) // _MINUTE + 1
        for hour in self.hours:
            if 60 * hour + 59 >= first:
                for minute in self.minutes:
                    if 60 * hour + minute >= first:
                        yield start + timedelta(hours=hour, minutes=minute)

    def _on_day_of_change(self, day: date, zone: ZoneInfo) -> list[datetime]:
        """Of a day with a gap, or with an hour that comes twice: each wall time looked at."""
        found: set[datetime] = set()
        for hour in self.hours:
            for minute in self.minutes:
                wall = datetime.combine(day, time(hour, minute), zone)
                first = wall.astimezone(UTC)
                if first.astimezone(zone).replace(tzinfo=None) != wall.replace(tzinfo=None):
                    if not self.every_hour:
                        found.add(_after_gap(wall, zone))
                    continue
                found.add(first)
                if self.every_hour:
                    found.add(wall.replace(fold=1).astimezone(UTC))
        return sorted(found)


def _after_gap(wall: datetime, zone: ZoneInfo) -> datetime:
    """The first moment after the gap that swallowed a wall time.

    Read with the offset from before the gap, such a time lies after it; read with the one from
    after, before it. The jump is in between.
    """
    late, early = wall.astimezone(UTC), wall.replace(fold=1).astimezone(UTC)
    offset = early.astimezone(zone).utcoffset()
    while late - early > _MINUTE:
        middle = early + (late - early) // 2
        if middle.astimezone(zone).utcoffset() == offset:
            early = middle
        else:
            late = middle
    return late.replace(second=0, microsecond=0)
