"""Trees: nested lists joined by lines that CSS draws; branches fold without a script.

The numbers stand in columns at the right edge, the same for every depth. A folded branch shows the
worst state below it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from web.components.badge import Tone, badge
from web.element import Content, element, join
from web.fragment import Fragment, fragment


@dataclass(frozen=True, slots=True)
class Branch:
    """One node and what hangs below it."""

    id: str
    name: Content
    note: str
    """Muted, behind the name."""
    state: str
    tone: Tone
    numbers: tuple[str, ...]
    """One per heading of the tree."""
    children: tuple["Branch", ...] = ()
    below: Tone = "good"
    """The worst tone among all descendants."""
    folded: bool = False
    """How it is first shown; what the viewer folds or unfolds stays so."""


def tree(id_: str, root: Branch, *, label: str, headings: Sequence[str]) -> Fragment:
    """The whole tree under a line of headings, in a box that scrolls sideways."""
    head = element(
        "p",
        element("span", "Actor", class_="name"),
        element("span", "State", class_="state"),
        *(element("span", heading, class_="number") for heading in headings),
        class_="node head",
        aria_hidden="true",
    )
    return fragment(
        "div",
        id_,
        head,
        fragment("ul", f"{id_}/root", _branch(root, headings)),
        class_="box tree",
        tabindex=0,
        role="group",
        aria_label=label,
    )


def _branch(branch: Branch, headings: Sequence[str]) -> Fragment:
    if not branch.children:
        return fragment(
            "li",
            branch.id,
            fragment("div", f"{branch.id}/-", *_line(branch, headings), class_="node"),
        )
    return fragment(
        "li",
        branch.id,
        fragment(
            "details",
            f"{branch.id}/+",
            fragment("summary", f"{branch.id}/-", *_line(branch, headings), class_="node"),
            fragment(
                "ul", f"{branch.id}/*", *(_branch(child, headings) for child in branch.children)
            ),
            open=not branch.folded,
        ),
    )


def _line(branch: Branch, headings: Sequence[str]) -> tuple[Markup, ...]:
    return (
        element(
            "span",
            element("b", branch.name),
            element("small", branch.note),
            _below(branch),
            class_="name",
        ),
        element("span", badge(branch.state, branch.tone, quiet=True), class_="state"),
        *(
            element(
                "span", element("span", f"{heading} ", class_="unseen"), number, class_="number"
            )
            for heading, number in zip(headings, branch.numbers, strict=True)
        ),
    )


def _below(branch: Branch) -> Markup:
    if branch.below not in ("warn", "bad"):
        return join()
    return element("span", badge("trouble below", branch.below), class_="below")
