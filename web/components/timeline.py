"""Timelines: what happened to one thing, from its first moment to its last."""

from collections.abc import Sequence
from dataclasses import dataclass

from web.components.badge import Tone, glyph
from web.element import Content, element
from web.fragment import Fragment, fragment


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened."""

    key: str
    """Makes the id, within its timeline."""
    title: str
    tone: Tone
    when: Content
    note: str = ""
    """Muted, below the time: how long after the step before."""
    detail: Content = None
    """Below the title."""


def timeline(id_: str, steps: Sequence[Step], *, label: str) -> Fragment:
    """The steps in order, joined by a line; each changes alone."""
    return fragment(
        "ol", id_, *(_step(id_, step) for step in steps), class_="timeline", aria_label=label
    )


def _step(id_: str, step: Step) -> Fragment:
    return fragment(
        "li",
        f"{id_}/{step.key}",
        element("p", step.when, element("small", step.note), class_="when"),
        glyph(step.tone),
        element("div", element("b", step.title), step.detail, class_=f"what {step.tone}"),
    )
