"""The session cookie: out of reach of scripts, not sent by other sites, Secure where it can be."""

from starlette.requests import HTTPConnection
from starlette.responses import Response

from web.accounts import SESSION_LIFETIME


def read_cookie(connection: HTTPConnection) -> str | None:
    """The session's id as the browser sent it."""
    return connection.cookies.get(_name(secure=_is_secure(connection)))


def set_cookie(response: Response, connection: HTTPConnection, value: str) -> None:
    """Give the browser a session."""
    secure = _is_secure(connection)
    response.set_cookie(
        _name(secure=secure),
        value,
        max_age=int(SESSION_LIFETIME.total_seconds()),
        path="/",
        secure=secure,
        httponly=True,
        samesite="lax",
    )


def delete_cookie(response: Response, connection: HTTPConnection) -> None:
    """Take it away."""
    secure = _is_secure(connection)
    response.delete_cookie(
        _name(secure=secure), path="/", secure=secure, httponly=True, samesite="lax"
    )


def _is_secure(connection: HTTPConnection) -> bool:
    return connection.url.scheme in {"https", "wss"}


def _name(*, secure: bool) -> str:
    """`__Host-` pins the cookie to this very host, and browsers allow it on https only."""
    return "__Host-engset" if secure else "engset"
