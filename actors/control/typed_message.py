"""A typed message from the words `Name key=value …`.

An actor class declares what it understands from administrators by a class attribute:

    messages: ClassVar[tuple[type, ...]] = (Add, Reset)
"""

import difflib
from collections.abc import Sequence
from dataclasses import MISSING, Field, fields, is_dataclass
from typing import Any, TypeGuard, get_origin, get_type_hints

import msgspec

from actors.control.refusal import UsageError
from runtime import Call, Ref


def understood(ref: Ref) -> tuple[type, ...]:
    """The message types that the actor declares."""
    behaviour = getattr(ref, "behaviour", None)
    return tuple(getattr(behaviour, "messages", ()))


def is_request(message: object) -> TypeGuard[Call[object]]:
    """Whether the message is answered: then it is called, otherwise sent."""
    return isinstance(message, Call)


def signature(message: type) -> str:
    """`Add amount=int [deadline_s=float]`."""
    parts = [message.__name__]
    kinds = get_type_hints(message)
    for field in _fields(message):
        part = f"{field.name}={_kind(kinds[field.name])}"
        parts.append(part if _required(field) else f"[{part}]")
    return " ".join(parts)


def build(known: Sequence[type], name: str, words: Sequence[str]) -> object:
    """The message of that name with fields from `key=value` words.

    Raises UsageError listing the messages there are, or the fields of this one.
    """
    message = next((kind for kind in known if kind.__name__ == name), None)
    if message is None:
        names = [kind.__name__ for kind in known]
        raise UsageError(
            f"no message {name!r}",
            code="unknown_message",
            nearest=tuple(difflib.get_close_matches(name, names, n=3)),
            known=tuple(signature(kind) for kind in known),
        )
    return _filled(message, words)


def _filled(message: type, words: Sequence[str]) -> object:
    kinds = get_type_hints(message)
    declared = {field.name: field for field in _fields(message)}
    values: dict[str, Any] = {}
    for word in words:
        key, equals, text = word.partition("=")
        if not equals:
            raise _wrong(message, f"{word!r} is not key=value")
        if key not in declared:
            raise _wrong(message, f"{message.__name__} has no field {key!r}")
        if key in values:
            raise _wrong(message, f"{key} is given twice")
        values[key] = _decoded(message, key, text, kinds[key])
    missing = [name for name, field in declared.items() if _required(field) and name not in values]
    if missing:
        raise _wrong(message, f"{message.__name__} needs {' and '.join(missing)}")
    return message(**values)


def _decoded(message: type, key: str, text: str, kind: Any) -> object:
    if kind is str:
        return text
    raw: object = text
    if text[:1] in ("[", "{"):
        try:
            raw = msgspec.json.decode(text)
        except msgspec.DecodeError as error:
            raise _wrong(message, f"{key}: {error}") from None
    elif get_origin(kind) in (tuple, list, frozenset, set):
        raw = text.split(",") if text else []
    try:
        return msgspec.convert(raw, kind, strict=False)
    except msgspec.ValidationError as error:
        raise _wrong(message, f"{key} must be {_kind(kind)}: {error}") from None


def _wrong(message: type, said: str) -> UsageError:
    return UsageError(said, code="wrong_field", known=(signature(message),))


def _fields(message: type) -> tuple[Field[Any], ...]:
    return fields(message) if is_dataclass(message) else ()


def _required(field: Field[Any]) -> bool:
    return field.default is MISSING and field.default_factory is MISSING


def _kind(kind: object) -> str:
    """A type as it is written: `int`, `str | None`, `tuple[str, ...]`."""
    if isinstance(kind, type) and get_origin(kind) is None:
        return kind.__name__
    return str(kind).replace("typing.", "")
