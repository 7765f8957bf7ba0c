"""State badges: a shape, a word and a colour, so that none of the three is needed alone."""

from functools import cache
from typing import Literal

from markupsafe import Markup

from web.element import element

Tone = Literal["good", "active", "off", "warn", "bad"]
"""Fine, at work, resting by intention, needs an eye, needs a hand: in rising order of alarm."""

TONES: tuple[Tone, ...] = ("good", "active", "off", "warn", "bad")

_SHAPES: dict[Tone, Markup] = {
    "good": Markup('<circle cx="6" cy="6" r="4.5"/>'),
    "active": Markup('<path d="M3 1.5 10.5 6 3 10.5z"/>'),
    "off": Markup(
        '<circle cx="6" cy="6" r="3.75" fill="none" stroke="currentColor" stroke-width="1.5"/>'
    ),
    "warn": Markup('<path d="M6 .8 11.6 11H.4z"/>'),
    "bad": Markup('<path d="M6 .2 11.8 6 6 11.8.2 6z"/>'),
}


def badge(label: str, tone: Tone, *, quiet: bool = False) -> Markup:
    """A state in words behind its shape; `quiet` drops the tinted ground, for dense tables."""
    return element("span", glyph(tone), label, class_=f"badge {tone}{' quiet' if quiet else ''}")


@cache
def glyph(tone: Tone) -> Markup:
    """The shape alone: disc, triangle on its side, ring, triangle, diamond."""
    return element(
        "svg",
        _SHAPES[tone],
        class_=f"glyph {tone}",
        viewBox="0 0 12 12",
        width=12,
        height=12,
        fill="currentColor",
        aria_hidden="true",
    )


def worst(*tones: Tone) -> Tone:
    """The most alarming of `tones`; good when there are none."""
    return TONES[max((TONES.index(tone) for tone in tones), default=0)]
