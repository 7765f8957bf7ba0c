"""The application: every address the daemon answers to, in one table."""

from functools import partial
from http import HTTPStatus
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles

from runtime import System
from store import DatabaseUnreachable
from web import shell
from web.accounts import Accounts
from web.channels.endpoint import SocketEndpoint
from web.channels.longpoll import LongPollEndpoint
from web.channels.stats import SocketStats
from web.headers import SecurityHeaders
from web.live import PREFIX, LiveChannel
from web.pages import PAGES
from web.ports import Backend
from web.probes import Probes
from web.site import Site

_STATIC = Path(__file__).parent / "static"


def create_app(
    *, system: System, backend: Backend, accounts: Accounts, stats: SocketStats
) -> Starlette:
    """Put the pages, the sockets and the probes together."""
    site = Site(system=system, backend=backend, accounts=accounts)
    sockets = SocketEndpoint(
        system=system,
        routes={PREFIX: partial(LiveChannel, backend=backend)},
        find_session=site.session_of,
        stats=stats,
    )
    polls = LongPollEndpoint(sockets)
    probes = Probes(backend=backend, site=site)
    return Starlette(
        routes=[
            *(Route(page.path, partial(site.show, page)) for page in PAGES),
            Route("/login", site.login_form),
            Route("/login", site.login, methods=["POST"]),
            Route("/logout", site.logout, methods=["POST"]),
            Route("/actions/{action}", site.act, methods=["POST"]),
            WebSocketRoute("/socket/websocket", sockets.websocket),
            Route("/socket/longpoll", polls.poll),
            Route("/socket/longpoll", polls.publish, methods=["POST"]),
            Route("/healthz", probes.alive),
            Route("/readyz", probes.ready),
            Route("/metrics", probes.metrics),
            Mount("/static", StaticFiles(directory=_STATIC)),
        ],
        middleware=[Middleware(SecurityHeaders)],
        exception_handlers={
            HTTPException: _refused,
            DatabaseUnreachable: _database_away,
            Exception: _broken,
        },
    )


def _refused(request: Request, error: Exception) -> Response:
    del request
    assert isinstance(error, HTTPException)
    text = "" if error.detail == _phrase(error.status_code) else error.detail
    page = shell.error(error.status_code, text=text)
    return HTMLResponse(page, error.status_code, headers=error.headers)


def _database_away(request: Request, error: Exception) -> Response:
    del request, error
    text = "The database does not answer, so nobody can be signed in. Try again in a moment."
    return HTMLResponse(shell.error(503, text=text), 503, headers={"retry-after": "5"})


def _broken(request: Request, error: Exception) -> Response:
    """The page of a crash; the server behind raises the error again, so that it is logged once."""
    del request, error
    return HTMLResponse(shell.error(500), 500)


def _phrase(status: int) -> str:
    return HTTPStatus(status).phrase
