"""How a command declares its arguments: fields of a frozen dataclass, each with a slot.

```python
@dataclass(frozen=True, slots=True)
class RenewArguments:
    name: str = positional("the domain")
    years: int = option("for how many years", short="-y")
    expires: str | None = option("the present expiry date", default=None)
```
The field's type says what a word must look like; the slot says where it stands and what it is for.
"""

import re
from collections.abc import Callable
from dataclasses import MISSING, dataclass, field
from datetime import datetime
from typing import Any, Final, Literal

Completes = Literal["actors", "registries", "queues", "workers", "commands"]
"""Which names the shell offers for this argument."""
Place = Literal["positional", "option", "flag"]

SLOT: Final = "slot"

_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)?")
_UNITS_S = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_DATE = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True, slots=True)
class Slot:
    """Where an argument stands, and what help says of it."""

    place: Place
    help: str
    placeholder: str | None = None
    short: str | None = None
    required: bool = True
    secret: bool = False
    """Left out of the audit record."""
    completes: Completes | None = None
    offers: tuple[str, ...] = ()
    """Words that may stand there beside values that cannot be listed."""
    parse: Callable[[str], object] | None = None
    """Reads a word; raises ValueError with the reason. None: by the field's type."""


def _slotted(slot: Slot, default: object) -> Any:
    if default is MISSING:
        return field(metadata={SLOT: slot})
    return field(default=default, metadata={SLOT: slot})


def positional(
    text: str,
    *,
    default: object = MISSING,
    placeholder: str | None = None,
    completes: Completes | None = None,
    offers: tuple[str, ...] = (),
    parse: Callable[[str], object] | None = None,
) -> Any:
    """A word by its place. A tuple field takes all words that are left."""
    slot = Slot(
        "positional",
        text,
        placeholder,
        required=default is MISSING,
        completes=completes,
        offers=offers,
        parse=parse,
    )
    return _slotted(slot, default)


def option(
    text: str,
    *,
    default: object = MISSING,
    short: str | None = None,
    placeholder: str | None = None,
    secret: bool = False,
    completes: Completes | None = None,
    parse: Callable[[str], object] | None = None,
) -> Any:
    """`--name VALUE`; a tuple field may be given several times."""
    slot = Slot(
        "option",
        text,
        placeholder,
        short=short,
        required=default is MISSING,
        secret=secret,
        completes=completes,
        parse=parse,
    )
    return _slotted(slot, default)


def flag(text: str, *, short: str | None = None) -> Any:
    """`--name`; a bool field."""
    return _slotted(Slot("flag", text, short=short, required=False), default=False)


def seconds(word: str) -> float:
    """A duration: `30s`, `250ms`, `5m`, `2h`, or a bare number of seconds."""
    match = _DURATION.fullmatch(word)
    if match is None:
        raise ValueError("must be a duration such as 30s, 250ms, 5m or 2h")
    return float(match[1]) * _UNITS_S[match[2] or "s"]


def date(word: str) -> str:
    """A day, `2027-01-31`."""
    if _DATE.fullmatch(word) is None:
        raise ValueError("must be a date such as 2027-01-31")
    return word


def moment(word: str) -> datetime:
    """A point in time with its offset: `2027-01-31T09:00Z`."""
    try:
        at = datetime.fromisoformat(word)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise ValueError("must be a moment with its offset, such as 2027-01-31T09:00Z")
    return at


def years(word: str) -> int:
    """A registration period: 1 to 10 years."""
    if not word.isascii() or not word.isdigit() or not 1 <= int(word) <= 10:
        raise ValueError("must be a whole number from 1 to 10")
    return int(word)


def whole(least: int, most: int) -> Callable[[str], int]:
    """Reads a whole number within bounds."""

    def read(word: str) -> int:
        fine = word.isascii() and word.isdigit() and len(word) <= len(str(most))
        if not fine or not least <= int(word) <= most:
            raise ValueError(f"must be a whole number from {least} to {most}")
        return int(word)

    return read
