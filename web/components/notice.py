"""Notices: what is wrong and what happens next, in a sentence."""

from web.components.badge import Tone, glyph
from web.element import element
from web.fragment import Fragment, fragment


def notice(id_: str, text: str | None, *, tone: Tone = "warn", lead: str = "") -> Fragment:
    """A banner with `lead` in bold before `text`; without text an empty, hidden place for one."""
    if not text:
        return fragment("p", id_, class_="notice", hidden=True)
    return fragment(
        "p",
        id_,
        glyph(tone),
        element("span", lead and element("b", f"{lead} "), text),
        class_=f"notice {tone}",
    )
