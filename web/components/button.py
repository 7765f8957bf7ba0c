"""Buttons that act. The form they belong to stands once, outside the live region, with its token.

So the region, rendered once for all viewers, holds nothing of any one session, and the buttons work
without a script as well.
"""

from markupsafe import Markup

from web.actions import Action
from web.element import element

FORM_ID = "act"


def action_button(action: Action, target: str | int) -> Markup:
    """A button that asks, then carries out `action` on `target`."""
    return element(
        "button",
        action.label,
        element("span", f" {action.named(str(target))}", class_="unseen"),
        form=FORM_ID,
        formaction=f"/actions/{action.name}",
        name=action.field,
        value=target,
        class_="quiet",
        data_confirm=action.question(str(target)),
    )
