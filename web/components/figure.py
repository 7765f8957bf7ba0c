"""Figures: the few numbers that answer "is all well?" before anything else is read."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from web.components.badge import Tone, glyph
from web.element import element, join
from web.fragment import Fragment, fragment


@dataclass(frozen=True, slots=True)
class Figure:
    """One number under its label."""

    key: str
    """Makes the id, within its group."""
    label: str
    value: str
    unit: str = ""
    """Small beside the value: `/s`, `of 20`."""
    note: str = ""
    """A line below, in words."""
    tone: Tone | None = None
    """Set when the number is a verdict; it then carries the tone's shape too."""


def figures(group: str, items: Sequence[Figure]) -> Fragment:
    """A row of figures as a description list; each moves alone."""
    return fragment("dl", group, *(_figure(group, item) for item in items), class_="figures")


def _figure(group: str, item: Figure) -> Fragment:
    return fragment(
        "div",
        f"{group}/{item.key}",
        element("dt", item.label),
        element(
            "dd",
            item.tone and glyph(item.tone),
            element("b", item.value, class_="value"),
            _small("unit", item.unit),
            class_=item.tone,
            data_fade=True,
        ),
        item.note and element("dd", item.note, class_="note"),
    )


def _small(class_: str, text: str) -> Markup:
    return element("span", text, class_=class_) if text else join()
