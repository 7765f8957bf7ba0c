"""Chips: a choice among a few, each of them an address of the same page."""

from collections.abc import Sequence
from dataclasses import dataclass

from web.element import element, join
from web.fragment import Fragment, fragment


@dataclass(frozen=True, slots=True)
class Chip:
    """One choice."""

    key: str
    """Makes the id, within its group."""
    label: str
    href: str
    chosen: bool = False
    note: str = ""
    """Muted, behind the label: how many there are."""


def chips(id_: str, items: Sequence[Chip], *, label: str) -> Fragment:
    """The choices in a line that wraps, behind their label; each changes alone."""
    return fragment(
        "nav",
        id_,
        element("span", label, class_="label"),
        *(_chip(id_, item) for item in items),
        class_="chips",
        aria_label=label,
    )


def _chip(group: str, item: Chip) -> Fragment:
    return fragment(
        "a",
        f"{group}/{item.key}",
        item.label,
        element("small", item.note) if item.note else join(),
        href=item.href,
        aria_current="true" if item.chosen else None,
    )
