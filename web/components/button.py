"""Buttons that act. The form they belong to stands once, outside the live region, with its token.

So the region, rendered once for all viewers, holds nothing of any one session, and the buttons work
without a script as well.
"""

from markupsafe import Markup

from web.element import element

FORM_ID = "act"


def action_button(action: str, actor: str, *, label: str) -> Markup:
    """A button that asks, then carries out `action` on `actor`."""
    return element(
        "button",
        label,
        element("span", f" {actor}", class_="unseen"),
        form=FORM_ID,
        formaction=f"/actions/{action}",
        name="actor",
        value=actor,
        class_="quiet",
        data_confirm=f"{label} {actor}?",
    )
