"""Single values: of the wanted type, or a reason in an operator's words."""

import math
from collections.abc import Sequence
from datetime import date, datetime, time
from types import NoneType, UnionType
from typing import Any, Literal, cast, get_args, get_origin

import msgspec

NO_LIMIT = "none"
"""TOML has no null: `idle_limit_s = "none"` says that there is no limit."""

_WANTED = {
    str: "text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    tuple: "a list of texts",
    dict: "an inline table",
}


_DEEPEST = 100


class BadValue(Exception):
    """A value that cannot serve; `reason` says why, without repeating it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def plain_kind(kind: Any) -> type[Any]:
    """`int` of `int | None`, `tuple` of `tuple[str, ...]`, `str` of `Literal["a", "b"]`."""
    options = get_args(kind) if isinstance(kind, UnionType) else (kind,)
    chosen = next(each for each in options if each is not NoneType)
    if get_origin(chosen) is Literal:
        return str
    origin: type[Any] | None = get_origin(chosen)
    return chosen if origin is None else origin


def is_optional(kind: Any) -> bool:
    """Whether None may stand there."""
    return NoneType in get_args(kind)


def convert(value: object, kind: Any) -> Any:
    """The value as `kind`, one of the annotations in `sections`. Raises BadValue."""
    wanted = plain_kind(kind)
    if get_origin(kind) is Literal and isinstance(value, str) and value not in get_args(kind):
        raise BadValue(f"is neither {' nor '.join(get_args(kind))}")
    if value == NO_LIMIT and is_optional(kind) and wanted in {int, float}:
        return None
    try:
        converted: Any = msgspec.convert(value, kind)
    except (msgspec.ValidationError, OverflowError):
        raise BadValue(_mismatch(value, wanted)) from None
    match converted:
        case str():
            _require_text(converted)
        case tuple():
            _require_texts(cast("tuple[str, ...]", converted))
        case float() if not math.isfinite(converted):
            raise BadValue("is not a finite number")
        case dict():
            _require_json(cast("dict[str, object]", converted))
        case _:
            pass
    return cast("object", converted)


def _mismatch(value: object, wanted: type[Any]) -> str:
    sentence = f"expected {_WANTED[wanted]}, got {_described(value)}"
    if wanted in {int, float} and isinstance(value, str) and value.strip().isdecimal():
        return f"{sentence}; write it without quotes"
    if wanted is tuple and isinstance(value, str):
        return f"{sentence}; write it in [brackets]"
    return sentence


def _described(value: object) -> str:
    match value:
        case bool():
            return "true or false"
        case str():
            return "text"
        case int():
            return "a whole number" if abs(value) < 2**63 else "a number out of range"
        case float():
            return "a number with a decimal point"
        case datetime() | date() | time():
            return "a date or time"
        case list() | tuple():
            items = cast("Sequence[object]", value)
            odd = next((item for item in items if not isinstance(item, str)), None)
            return "a list" if odd is None else f"a list that holds {_described(odd)}"
        case dict():
            return "a section"
        case _:
            return type(value).__name__


def _require_json(value: object, depth: int = 0) -> None:
    """What JSON has no word for is refused here, and what PostgreSQL's jsonb does not take."""
    if depth > _DEEPEST:
        raise BadValue("is nested too deep")
    match value:
        case dict():
            for key, inner in cast("dict[str, object]", value).items():
                _require_json(key, depth + 1)
                _require_json(inner, depth + 1)
        case list():
            for inner in cast("list[object]", value):
                _require_json(inner, depth + 1)
        case float() if not math.isfinite(value):
            raise BadValue("holds a number that is not finite")
        case str() if any(each == "\0" or "\ud800" <= each <= "\udfff" for each in value):
            raise BadValue("holds a text that JSON in PostgreSQL cannot")
        case _:
            pass


def _require_texts(texts: Sequence[str]) -> None:
    for number, text in enumerate(texts, 1):
        try:
            _require_text(text)
        except BadValue as error:
            raise BadValue(f"item {number} {error.reason}") from None


def _require_text(text: str) -> None:
    """What neither a file name nor an XML document nor a line of a log can hold is refused here."""
    if not text.strip():
        raise BadValue("is empty")
    for position, character in enumerate(text, 1):
        if character < " " or "\x7f" <= character <= "\x9f":
            raise BadValue(f"holds a control character (at {position})")
        if "\ud800" <= character <= "\udfff" or character in "\ufffe\uffff":
            raise BadValue(f"holds something that is not a character (at {position})")
