"""The local side door: JSON lines over a Unix socket, for our own command line and for scripts.

    client → {"command": "tree", "args": ["epp"], "json": false, "width": 100, "tty": true}
    server → {"text": "…", "to": "out"}       as text; "to" is out or err
             {"event": {…}}                   with "json": true, one for each event
             {"exit": 0}                      the last line of each answer

Requests on one connection are answered one after the other. Who asks is known by the kernel's word
(SO_PEERCRED): the daemon's own user, or root; both are admin. The file is 0600 besides.
"""

import asyncio
import os
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

import structlog

from actors.control.desk import Desk
from actors.control.listening import bind_unix, until_death
from actors.control.local_session import LocalSession
from runtime import Actor, ExitReason, TaskDone, TaskFailed

CLIENT_LIMIT = 128

log = structlog.get_logger("control")


class LocalSocket(Actor):
    """Listens on the Unix socket and keeps one session for each client."""

    trap_exit: ClassVar[bool] = True

    def __init__(self, desk: Desk, path: Path, *, users: frozenset[int] | None = None) -> None:
        """`users` may come in; by default root and the daemon's own user."""
        self.desk = desk
        self.users = frozenset({0, os.getuid()}) if users is None else users
        self._path = path
        self._sessions: set[LocalSession] = set()
        self._commands: dict[int, LocalSession] = {}
        self._served = 0
        self._refused = 0
        self._failed = 0
        self._until_death = 0

    async def init(self) -> None:
        """Bind and listen. Raises CannotListen."""
        listener = bind_unix(self._path)
        loop = asyncio.get_running_loop()
        server = await loop.create_unix_server(lambda: LocalSession(self), sock=listener)

        def close() -> None:
            server.close()
            for session in tuple(self._sessions):
                session.close()

        self._until_death = self.start_task(until_death(close))
        log.info("local_socket.opened", socket=str(self._path))

    async def handle_info(self, message: object) -> object:
        """A command has ended."""
        match message:
            case TaskDone(task=task):
                self._commands.pop(task, None)
                return None
            case TaskFailed(task=task, error=error):
                self._failed += 1
                session = self._commands.pop(task, None)
                log.error("session.failed", via="local", exc_info=error)
                if session is not None:
                    session.close()
                return None
            case _:
                return self.unhandled(message)

    def terminate(self, reason: ExitReason) -> None:
        """Take the file away; the rest closes with the actor."""
        self._path.unlink(missing_ok=True)

    def facts(self) -> Mapping[str, object]:
        """See `Actor.facts`."""
        return {
            "socket": self._path,
            "sessions": len(self._sessions),
            "commands running": len(self._commands),
            "commands": self._served,
            "clients refused": self._refused,
            "sessions failed": self._failed,
        }

    # What sessions say.

    def admit(self, session: LocalSession) -> bool:
        """Take a client in, unless there are too many."""
        if len(self._sessions) >= CLIENT_LIMIT:
            return False
        self._sessions.add(session)
        return True

    def closed(self, session: LocalSession) -> None:
        """A client is gone."""
        self._sessions.discard(session)

    def refused(self) -> None:
        """A client too many, of another user, or that broke the protocol, was sent away."""
        self._refused += 1

    def begin(self, session: LocalSession, request: bytes) -> int:
        """Answer a request in a task of this actor; returns the task."""
        self._served += 1
        task = self.start_task(session.answer(request))
        self._commands[task] = session
        return task

    def call_off(self, task: int) -> None:
        """Cancel a command."""
        self._commands.pop(task, None)
        self.cancel_task(task)
