"""The embedded PostgreSQL server as an actor: alive while the server is."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runtime import Actor, Call, ExitReason, Failed, Sender, TaskDone
from store import EmbeddedServer


@dataclass(frozen=True, slots=True)
class WhereIsPostgres(Call[str]):
    """The url of the running server's database."""


class Postgres(Actor):
    """Starts the server in `init` and dies with it, so that its supervisor starts it afresh."""

    trap_exit = True

    def __init__(self, data_dir: Path) -> None:
        self._server = EmbeddedServer(data_dir)
        self._url = ""

    async def init(self) -> None:
        """Start the server; the first time this makes the cluster. Raises PostgresFailed."""
        self._url = await self._server.start()
        self.start_task(self._server.wait())

    async def handle_call(self, request: Call[Any], sender: Sender) -> object:
        """Tell the url."""
        match request:
            case WhereIsPostgres():
                return self._url
            case _:
                return self.unhandled(request)

    async def handle_info(self, message: object) -> object:
        """The server ended without being asked to."""
        match message:
            case TaskDone(value=status):
                self.stop(Failed("postgres_exited", f"status {status}"))
                return None
            case _:
                return self.unhandled(message)

    async def terminate(self, reason: ExitReason) -> None:
        """Stop the server: fast, so that the next start needs no recovery."""
        await self._server.stop()

    def facts(self) -> Mapping[str, object]:
        """See `Actor.facts`."""
        return {"pid": self._server.pid or "none"}
