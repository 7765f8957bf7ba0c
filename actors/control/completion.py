"""Tab in the shell: command names first, then what the argument asks for."""

from collections.abc import Sequence

from actors.control.arguments import Parameter, parameters
from actors.control.catalogue import Catalogue
from actors.control.command import AnyCommand
from actors.control.refusal import UsageError
from actors.control.slots import Completes

Names = dict[Completes, tuple[str, ...]]


def candidates(catalogue: Catalogue, words: Sequence[str], names: Names) -> list[str]:
    """What the last of `words`, typed in part, may become; best ordered for reading."""
    *before, typed = words
    return sorted({name for name in _all(catalogue, before, names) if name.startswith(typed)})


def _all(catalogue: Catalogue, before: list[str], names: Names) -> list[str]:
    if not before:
        return [command.words[0] for command in catalogue.commands]
    found: list[str] = []
    if len(before) == 1:
        found += [command.words[1] for command in catalogue.beginning(before[0])]
    try:
        command, rest = catalogue.find(before)
    except UsageError:
        return found
    return found + _of_command(command, rest, names)


def _of_command(command: AnyCommand, rest: tuple[str, ...], names: Names) -> list[str]:
    known = parameters(command.arguments)
    options = {p.label: p for p in known if p.slot.place != "positional"}
    last = options.get(rest[-1]) if rest else None
    if last is not None and last.slot.place == "option":
        return _values(last, names)
    loose = [word for word in rest if not word.startswith("-")]
    places = [p for p in known if p.slot.place == "positional"]
    here = _at(places, len(loose))
    offered = [] if here is None else _values(here, names)
    return [*offered, *options, "--json"]


def _values(parameter: Parameter, names: Names) -> list[str]:
    """The words that may stand there, as far as they are known."""
    completes = parameter.slot.completes
    fixed = (*parameter.choices, *parameter.slot.offers)
    return [*fixed, *(names.get(completes, ()) if completes is not None else ())]


def _at(places: list[Parameter], index: int) -> Parameter | None:
    if index < len(places):
        return places[index]
    return places[-1] if places and places[-1].many else None


def complete(
    catalogue: Catalogue, line: str, position: int, names: Names
) -> tuple[str, int] | list[str]:
    """The line after Tab and the cursor; or the choices, where there are several or none."""
    head, tail = line[:position], line[position:]
    words = head.split()
    if not head or head[-1].isspace():
        words.append("")
    found = candidates(catalogue, words, names)
    if not found:
        return []
    common = _common_start(found)
    if len(found) == 1:
        common += " "
    elif common == words[-1]:
        return found
    head = head[: len(head) - len(words[-1])] + common
    return head + tail.lstrip(), len(head)


def _common_start(names: Sequence[str]) -> str:
    """The longest beginning that all have; the first and the last in order decide it."""
    first, last = min(names), max(names)
    length = next(
        (at for at, pair in enumerate(zip(first, last, strict=False)) if pair[0] != pair[1]),
        min(len(first), len(last)),
    )
    return first[:length]
