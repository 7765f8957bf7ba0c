"""Listings: text that a machine wrote, as it wrote it."""

from web.element import element
from web.fragment import Fragment, fragment

_LONGEST = 16_000


def listing(id_: str, label: str, text: str) -> Fragment:
    """Text in the fixed-width face under its label; what is very long is cut, and says so."""
    return fragment(
        "div",
        id_,
        element("h2", label, id=f"{id_}/label"),
        element(
            "pre",
            element("code", clipped(text)),
            tabindex=0,
            role="group",
            aria_labelledby=f"{id_}/label",
        ),
        class_="listing",
    )


def clipped(text: str) -> str:
    """The text, or its beginning and how much more there is."""
    if len(text) <= _LONGEST:
        return text
    return f"{text[:_LONGEST]}\n… and {len(text) - _LONGEST:,} more characters"
