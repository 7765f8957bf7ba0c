"""From the words that were typed to a command's arguments, with errors that help."""

import difflib
import re
import types
from collections.abc import Sequence
from dataclasses import Field, fields, is_dataclass
from typing import (
    Any,
    ClassVar,
    Literal,
    Protocol,
    TypeVar,
    cast,
    get_args,
    get_origin,
    get_type_hints,
)

import msgspec

from actors.control.redaction import HIDDEN, is_secret
from actors.control.refusal import UsageError
from actors.control.slots import SLOT, Slot


class Declared(Protocol):
    """A dataclass whose fields have slots."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]


Arguments = TypeVar("Arguments", bound=Declared)

_NO_TEXT = re.compile("[\x00\ud800-\udfff]")
"""What a JSON request can hold, and no UTF-8 or no text of PostgreSQL."""


class Parameter:
    """One argument of a command: a field, its type and its slot."""

    def __init__(self, declared: Field[Any], kind: object) -> None:
        self.name = declared.name
        self.slot = cast("Slot", declared.metadata[SLOT])
        self.many = get_origin(kind) is tuple
        self.kind: Any = get_args(kind)[0] if self.many else kind
        self.default = declared.default

    @property
    def label(self) -> str:
        """How people name it: `--add-ns`, `NAME`."""
        if self.slot.place == "positional":
            return self.slot.placeholder or self.name.upper()
        return "--" + self.name.rstrip("_").replace("_", "-")

    @property
    def choices(self) -> tuple[str, ...]:
        """The words allowed, where there are only a few."""
        for kind in (self.kind, *get_args(self.kind)):
            if get_origin(kind) is Literal:
                return tuple(str(choice) for choice in get_args(kind))
        return ()

    @property
    def usage(self) -> str:
        """Its part of the usage line."""
        word = self.label
        if self.slot.place == "option":
            word += " " + (self.slot.placeholder or "|".join(self.choices) or self.name.upper())
        if self.many:
            word += " …"
        return word if self.slot.required else f"[{word}]"

    def read(self, word: str) -> object:
        """The value of a word. Raises UsageError naming the argument and the reason."""
        if _NO_TEXT.search(word) is not None:
            raise UsageError(f"{self.label} holds what is not a character")
        if self.slot.parse is not None:
            try:
                return self.slot.parse(word)
            except ValueError as error:
                raise UsageError(f"{self.label} {error}, not {word!r}") from None
        if self.choices and word not in self.choices:
            wanted = ", ".join(self.choices)
            raise UsageError(f"{self.label} must be one of {wanted}, not {word!r}")
        if self.kind is str or str in get_args(self.kind):
            return word
        try:
            return msgspec.convert(word, self.kind, strict=False)
        except msgspec.ValidationError:
            raise UsageError(
                f"{self.label} must be {_described(self.kind)}, not {word!r}"
            ) from None


def _described(kind: Any) -> str:
    """A type in words."""
    names = {"int": "a whole number", "float": "a number", "bool": "true or false"}
    options = get_args(kind) if isinstance(kind, types.UnionType) else (kind,)
    chosen = [str(option.__name__) for option in options if option is not types.NoneType]
    return " or ".join(names.get(name, name) for name in chosen)


def parameters(declaration: type[Declared]) -> tuple[Parameter, ...]:
    """The arguments that a dataclass declares, in order."""
    assert is_dataclass(declaration)
    kinds = get_type_hints(declaration)
    return tuple(Parameter(field, kinds[field.name]) for field in fields(declaration))


def parse(declaration: type[Arguments], words: Sequence[str]) -> Arguments:
    """Read the words that follow a command's name.

    `--` ends the options. Raises UsageError.
    """
    known = parameters(declaration)
    loose, values = _options(known, words)
    for parameter in known:
        if parameter.slot.place != "positional":
            continue
        if parameter.many:
            taken, loose = loose, []
            if taken:
                values[parameter.name] = tuple(parameter.read(word) for word in taken)
        elif loose:
            values[parameter.name] = parameter.read(loose.pop(0))
    if loose:
        raise UsageError(f"too many arguments: {' '.join(map(repr, loose))}")
    missing = [p.label for p in known if p.slot.required and p.name not in values]
    if missing:
        raise UsageError(f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing")
    return declaration(**values)


def _options(known: Sequence[Parameter], words: Sequence[str]) -> tuple[list[str], dict[str, Any]]:
    """Split options from loose words; returns the words, and values by field name."""
    by_label = {p.label: p for p in known if p.slot.place != "positional"}
    by_label |= {p.slot.short: p for p in known if p.slot.short is not None}
    values: dict[str, Any] = {}
    loose: list[str] = []
    waiting = list(words)
    while waiting:
        word = waiting.pop(0)
        if word == "--":
            return loose + waiting, values
        if not word.startswith("-") or word == "-":
            loose.append(word)
            continue
        label, equals, value = word.partition("=")
        parameter = by_label.get(label)
        if parameter is None:
            nearest = tuple(difflib.get_close_matches(label, by_label, n=3))
            raise UsageError(f"no option {label}", nearest=nearest, known=tuple(by_label))
        if parameter.slot.place == "flag":
            if equals:
                raise UsageError(f"{label} takes no value")
            values[parameter.name] = True
            continue
        if not equals:
            if not waiting:
                raise UsageError(f"{label} needs a value")
            value = waiting.pop(0)
        _keep(values, parameter, parameter.read(value))
    return loose, values


def _keep(values: dict[str, Any], parameter: Parameter, value: object) -> None:
    if parameter.many:
        values[parameter.name] = (*values.get(parameter.name, ()), value)
    elif parameter.name in values:
        raise UsageError(f"{parameter.label} is given twice")
    else:
        values[parameter.name] = value


def recorded(arguments: Declared) -> str:
    """The arguments as the audit record keeps them: what was set, secrets hidden."""
    parts: list[str] = []
    for parameter in parameters(type(arguments)):
        value = getattr(arguments, parameter.name)
        if value in (parameter.default, ()):
            continue
        for item in value if parameter.many else (value,):
            text = HIDDEN if parameter.slot.secret else _hushed(str(item))
            match parameter.slot.place:
                case "positional":
                    parts.append(text)
                case "flag":
                    parts.append(parameter.label)
                case "option":
                    parts.append(f"{parameter.label} {text}")
    return " ".join(parts)


def _hushed(word: str) -> str:
    """A `key=value` word with the value hidden where the key says that it is a secret."""
    key, equals, _ = word.partition("=")
    return f"{key}={HIDDEN}" if equals and is_secret(key) else word
