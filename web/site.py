"""The pages over HTTP: who may see them, what they answer, what their forms do."""

from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from runtime import System, TerminateChild, WhichChildren
from web import shell
from web.accounts import Accounts
from web.actions import ACTIONS
from web.channels.endpoint import SOCKETS_PATH
from web.cookie import delete_cookie, read_cookie, set_cookie
from web.origin import Origin, origin_of
from web.pages import Page, Query
from web.ports import Backend, Done, Refused
from web.session import Session

_SEE_OTHER = 303


class Site:
    """Answers for every page; holds what they need and nothing of any one request."""

    def __init__(self, *, system: System, backend: Backend, accounts: Accounts) -> None:
        self._system = system
        self._backend = backend
        self._accounts = accounts

    async def session_of(self, connection: HTTPConnection) -> Session | None:
        """Who asks; None for a stranger."""
        cookie = read_cookie(connection)
        return await self._accounts.find(cookie) if cookie else None

    async def show(self, page: Page, request: Request) -> Response:
        """A page, whole, as it stands now."""
        session = await self.session_of(request)
        if session is None:
            return RedirectResponse("/login", _SEE_OTHER)
        query = Query.of(request.query_params)
        screen = await page.draw(self._backend, query)
        return HTMLResponse(
            shell.document(
                page,
                screen,
                query,
                token=session.form_token,
                may_act=session.may_act,
                at=self._backend.now(),
            )
        )

    async def login_form(self, request: Request) -> Response:
        """How to sign in or, by a one-time link, the button that does.

        The link itself changes nothing, so that programs which look at links before people do
        cannot use it up.
        """
        return HTMLResponse(shell.sign_in(token=request.query_params.get("token", "")))

    async def login(self, request: Request) -> Response:
        """Use the one-time link; the session gets a new id, whatever cookie there was."""
        form = await _own_form(request)
        opened = await self._accounts.redeem(form.get("token", ""))
        if opened is None:
            text = "This link was used already or is older than 10 minutes."
            return HTMLResponse(shell.sign_in(reason=text), 403)
        response = RedirectResponse("/", _SEE_OTHER)
        set_cookie(response, request, opened.cookie)
        return response

    async def logout(self, request: Request) -> Response:
        """End the session here and on every socket it opened."""
        session, _ = await self._authorised_form(request)
        await self._accounts.end(read_cookie(request) or "")
        await self._close_sockets(session)
        response = RedirectResponse("/login", _SEE_OTHER)
        delete_cookie(response, request)
        return response

    async def act(self, request: Request) -> Response:
        """A button, where no script took it over: ask first, then act and go back."""
        session, form = await self._authorised_form(request)
        action = ACTIONS.get(request.path_params["action"])
        target = form.get(action.field, "") if action else ""
        back = _local(form.get("back", "/"))
        if action is None or not target:
            raise HTTPException(404)
        if not session.may_act:
            raise HTTPException(403, "Only operators may do this.")
        if form.get("confirmed") != "yes":
            asked = shell.confirmation(action, target, token=session.form_token, back=back)
            return HTMLResponse(asked)
        match await self._backend.act(action, target, who=session.name):
            case Done():
                return RedirectResponse(back, _SEE_OTHER)
            case Refused(reason=reason):
                return HTMLResponse(shell.error(409, text=reason), 409)

    async def _authorised_form(self, request: Request) -> tuple[Session, dict[str, str]]:
        form = await _own_form(request)
        session = await self.session_of(request)
        if session is None or not session.accepts(form.get("token", "")):
            raise HTTPException(403)
        return session, form

    async def _close_sockets(self, session: Session) -> None:
        if self._system.whereis(SOCKETS_PATH) is None:
            return
        for child in await self._system.call(SOCKETS_PATH, WhichChildren()):
            if child.id.startswith(f"{session.key}-"):
                await self._system.call(SOCKETS_PATH, TerminateChild(child.id))


async def _own_form(request: Request) -> dict[str, str]:
    """The fields of a form that one of our own pages sent; 403 for any other."""
    if origin_of(request.headers) is not Origin.OURS:
        raise HTTPException(403)
    async with request.form(max_files=0, max_fields=10) as form:
        return {key: value for key, value in form.items() if isinstance(value, str)}


def _local(path: str) -> str:
    """A path of this site, or its front page: never a way to elsewhere."""
    return path if path.startswith("/") and not path.startswith(("//", "/\\")) else "/"
