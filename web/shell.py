"""Whole documents: the frame around a live region, the sign-in page, the error pages."""

from dataclasses import dataclass
from datetime import UTC, datetime

from jinja2 import Environment, PackageLoader, StrictUndefined

from web.actions import Action
from web.components.button import FORM_ID
from web.pages import PAGES, REFRESH_CHOICES_S, Page, Query, Screen

_templates = Environment(
    loader=PackageLoader("web"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True, slots=True)
class _Choice:
    """One entry of the refresh chooser."""

    label: str
    query: str
    chosen: bool


def document(
    page: Page, screen: Screen, query: Query, *, token: str, may_act: bool, at: datetime
) -> str:
    """The whole page, complete without a script; `token` is the session's form token.

    The live region is the same for all; the frame hides its buttons from who may not act.
    """
    return _templates.get_template("page.html").render(
        title=screen.title,
        topic=page.topic(query),
        query=query,
        page=page,
        menu=PAGES,
        choices=[
            _Choice(str(seconds), str(query.with_refresh(seconds)), seconds == query.refresh_s)
            for seconds in REFRESH_CHOICES_S
        ],
        as_of=at.astimezone(UTC).strftime("%H:%M:%S"),
        main=screen.main,
        token=token,
        may_act=may_act,
        form_id=FORM_ID,
    )


def sign_in(*, token: str = "", reason: str = "This page is for signed-in operators.") -> str:
    """Without a token: how to get a link. With a one-time token: the button that uses it."""
    return _templates.get_template("sign_in.html").render(
        title="Sign in", token=token, reason=reason
    )


def confirmation(action: Action, target: str, *, token: str, back: str) -> str:
    """Ask before an action, where no script could."""
    return _templates.get_template("confirm.html").render(
        title=action.label,
        action=action,
        target=target,
        token=token,
        back=back,
    )


_ERRORS = {
    403: ("Not allowed", "This request did not come from a page of this daemon, or has expired."),
    404: ("Nothing here", "There is no page at this address."),
    500: ("The page broke", "The daemon goes on; what broke is in its log."),
}


def error(status: int, *, text: str = "") -> str:
    """An error page in the same look; `text` replaces the usual sentence."""
    heading, usual = _ERRORS.get(status, ("Not possible", "The request could not be answered."))
    return _templates.get_template("error.html").render(
        title=heading, status=status, heading=heading, text=text or usual
    )
