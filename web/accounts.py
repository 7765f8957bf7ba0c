"""Sign-in: one-time links and the sessions they open, both kept as hashes in PostgreSQL.

A cookie or a link that leaks from the database opens nothing, sessions survive a restart of the
daemon, and signing out ends them everywhere.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

import asyncpg

from store import Database
from store.queries import web
from web.session import Session

LINK_LIFETIME = timedelta(minutes=10)
SESSION_IDLE = timedelta(minutes=30)
SESSION_LIFETIME = timedelta(hours=12)
_SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class Opened:
    """A session that has just begun."""

    session: Session
    cookie: str
    """Its id: 256 random bits, known to the browser alone."""


class Accounts(Protocol):
    """What the pages need of sign-in."""

    async def redeem(self, token: str) -> Opened | None:
        """Use a one-time link; None when it is unknown, used, or too old."""
        ...

    async def find(self, cookie: str) -> Session | None:
        """The living session of a cookie; being looked for keeps it alive."""
        ...

    async def end(self, cookie: str) -> None:
        """Sign out."""
        ...


class StoredAccounts:
    """Accounts in the database. Every method may raise DatabaseUnreachable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def issue_link(self, *, name: str, role: str) -> str:
        """Make a token that signs `name` in once, within 10 minutes."""
        token = secrets.token_urlsafe(_SECRET_BYTES)
        await self._database.execute(web.PRUNE_LOGIN_TOKENS)
        await self._database.execute(
            web.INSERT_LOGIN_TOKEN, _hash(token), name, role, LINK_LIFETIME
        )
        return token

    async def redeem(self, token: str) -> Opened | None:
        """See `Accounts.redeem`."""
        owner = await self._database.fetch_row(web.CONSUME_LOGIN_TOKEN, _hash(token))
        if owner is None:
            return None
        cookie = secrets.token_urlsafe(_SECRET_BYTES)
        await self._database.execute(web.PRUNE_SESSIONS, SESSION_IDLE)
        await self._database.execute(
            web.INSERT_SESSION,
            _hash(cookie),
            owner["name"],
            owner["role"],
            secrets.token_bytes(_SECRET_BYTES),
            SESSION_LIFETIME,
        )
        session = await self.find(cookie)
        assert session is not None, "a session that was just inserted is there"
        return Opened(session, cookie)

    async def find(self, cookie: str) -> Session | None:
        """See `Accounts.find`."""
        id_hash = _hash(cookie)
        row = await self._database.fetch_row(web.FIND_SESSION, id_hash, SESSION_IDLE)
        if row is None:
            return None
        await self._database.execute(web.TOUCH_SESSION, id_hash)
        return _session(id_hash, row)

    async def end(self, cookie: str) -> None:
        """See `Accounts.end`."""
        await self._database.execute(web.DELETE_SESSION, _hash(cookie))


def _session(id_hash: bytes, row: asyncpg.Record) -> Session:
    return Session(
        key=id_hash[:6].hex(),
        name=row["name"],
        role=row["role"],
        secret=row["csrf_secret"],
        expires_at=row["expires_at"],
    )


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
