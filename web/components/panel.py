"""Panels: one number large, its neighbours small, its recent past below."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from web.components.badge import Tone, glyph
from web.element import element
from web.fragment import Fragment, fragment


@dataclass(frozen=True, slots=True)
class Reading:
    """A labelled value beside the large one."""

    label: str
    value: str


def panel(
    id_: str,
    label: str,
    value: str,
    unit: str,
    readings: Sequence[Reading],
    *,
    picture: Fragment,
    accent: str,
    tone: Tone | None = None,
) -> Fragment:
    """`accent` is `first` or `second`, the colour of the picture; `tone` marks a verdict."""
    head = fragment(
        "div",
        f"{id_}/now",
        element("h3", label),
        element(
            "p",
            tone and glyph(tone),
            element("b", value, class_="value"),
            element("span", unit, class_="unit"),
            class_=f"reading {tone or ''}".rstrip(),
            data_fade=True,
        ),
        readings_list(readings),
        class_="now",
    )
    return fragment("div", id_, head, picture, class_=f"panel {accent}")


def readings_list(readings: Sequence[Reading]) -> Markup:
    """Small labelled values in one line."""
    return element(
        "dl",
        *(
            element("div", element("dt", reading.label), element("dd", reading.value))
            for reading in readings
        ),
        class_="readings",
    )
