"""The switchboard: one lamp per session of a pool, as on an exchange's front panel.

A glance tells how many are at work, resting, or in trouble, and which: a lamp leads to its row.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from web.components.badge import Tone, glyph
from web.element import element
from web.fragment import Fragment, fragment


@dataclass(frozen=True, slots=True)
class Lamp:
    """One session."""

    key: str
    """Its number on the panel."""
    target: str
    """The id of its row on the same page."""
    label: str
    """Said in full: `3: busy with domain:check`."""
    tone: Tone


def switchboard(id_: str, lamps: Sequence[Lamp], *, label: str) -> Fragment:
    """The lamps in order, each a link to its row; each changes alone."""
    return fragment(
        "ol", id_, *(_lamp(id_, lamp) for lamp in lamps), class_="switchboard", aria_label=label
    )


def _lamp(panel: str, lamp: Lamp) -> Fragment:
    return fragment(
        "li",
        f"{panel}/{lamp.key}",
        element(
            "a",
            glyph(lamp.tone),
            element("span", lamp.label, class_="unseen"),
            href=f"#{lamp.target}",
            title=lamp.label,
            class_=f"lamp {lamp.tone}",
        ),
    )
