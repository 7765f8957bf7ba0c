"""Hears what programs that share the table tell each other, and passes it on to our queues.

| channel | says | we |
|---|---|---|
| `oban_insert` | there are jobs in a queue | wake its producer |
| `oban_signal` | `pause`, `resume`, `scale` | write it down for all nodes, tell the producers |
| `oban_signal` | `pkill`: a job was cancelled | stop it, if one of ours performs it |

A signal may be meant for one node only (`ident`); Oban's own programs know us by our node's name.
What our own nodes say is in the table already and says so (`remembered`); what others say is
written by one task at a time, so that the last word stands. What is said while the connection is
lost is not heard: when it is back, every producer is told what the table says of its queue, and
looks once.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

import structlog

from actors.jobs.messages import PauseQueue, ScaleQueue, StopJob, Wake
from actors.jobs.retrying import Retrying
from actors.jobs.settings import JobsSettings
from protocols.oban import MalformedNotification, decode_notification
from runtime import Actor, Ref, TaskDone, TaskFailed
from store import Database, DatabaseUnreachable
from store.queries import jobs as queries

_LOOK_EVERY_S = 10.0
_ALL = "*"

log = structlog.get_logger("jobs")


@dataclass(frozen=True, slots=True)
class _Heard:
    """A notification."""

    channel: str
    payload: str


@dataclass(frozen=True, slots=True)
class _Word:
    """What was said of a queue at run time, by the table."""

    queue: str
    paused: bool
    limit: int | None


@dataclass(frozen=True, slots=True)
class _Connected:
    """From now on everything is heard; this was said until now."""

    words: tuple[_Word, ...]


@dataclass(frozen=True, slots=True)
class _Connect:
    """Time to try again."""


class Notifier(Actor):
    """The room's ear."""

    def __init__(self, database: Database, settings: JobsSettings, *, node: str) -> None:
        self._database = database
        self._settings = settings
        self._node = node
        self._connected = False
        self._unwritten: dict[str, bool] = {}
        """Whether a queue is paused, as others said, until it is in the table."""
        self._writing: int | None = None
        self._heard = 0
        self._malformed = 0

    def init(self) -> None:
        """Listen beside the start of the rest."""
        self._retrying = Retrying(self, _Connect())
        self._listening: int | None = self.start_task(self._listen())

    def handle_cast(self, message: object) -> object:
        """Something was heard."""
        match message:
            case _Heard(channel=channel, payload=payload):
                return self._take(channel, payload)
            case _Connected(words=words):
                return self._catch_up(words)
            case _:
                return self.unhandled(message)

    def handle_info(self, message: object) -> object:
        """The connection is lost, or it is time to make it again."""
        match message:
            case TaskDone(value=dict()):
                return self._written(cast("dict[str, bool]", message.value))
            case TaskFailed(task=task, error=DatabaseUnreachable() as error):
                self._away(task)
                return self._retrying.failed(error)
            case TaskFailed(error=error):
                raise error
            case _Connect():
                return self._try_again()
            case _:
                return self.unhandled(message)

    def facts(self) -> Mapping[str, object]:
        """See `Actor.facts`."""
        return {
            "connected": self._connected,
            "heard": self._heard,
            "malformed": self._malformed,
            "why": self._retrying.why or "",
        }

    async def _listen(self) -> None:
        """Listen until the connection is lost. Raises DatabaseUnreachable then."""
        async with self._database.listener() as listener:
            schema = await listener.schema()
            for channel in ("insert", "signal"):
                hear = partial(self._hear, channel)
                await listener.listen(f"{schema}.oban_{channel}", hear)
            rows = await self._database.fetch(queries.LIST_QUEUES)
            words = [_Word(row["name"], row["paused"], row["local_limit"]) for row in rows]
            self.ref.cast(_Connected(tuple(words)))
            raise await listener.lost(look_every_s=_LOOK_EVERY_S)

    def _try_again(self) -> None:
        self._write()
        if not self._listening:
            self._listening = self.start_task(self._listen())

    def _catch_up(self, words: tuple[_Word, ...]) -> None:
        self._connected = True
        self._retrying.succeeded()
        for word in words:
            self._tell(word.queue, PauseQueue(self._unwritten.get(word.queue, word.paused)))
            self._tell(word.queue, ScaleQueue(word.limit))
        self._tell_all(Wake())

    def _hear(self, channel: str, payload: str) -> None:
        self.ref.cast(_Heard(channel, payload))

    def _take(self, channel: str, payload: str) -> None:
        self._heard += 1
        try:
            said = decode_notification(payload)
        except MalformedNotification as error:
            self._malformed += 1
            log.warning("notification.malformed", channel=channel, reason=str(error))
            return
        if channel == "insert":
            self._tell(str(said.get("queue", "")), Wake())
        elif self._is_meant(said):
            self._obey(said)

    def _is_meant(self, said: Mapping[str, Any]) -> bool:
        """Whether a signal is for all nodes, or for this one by its name (`Oban.node-1`)."""
        ident = str(said.get("ident", "any"))
        return ident == "any" or ident.rpartition(".")[2] == self._node

    def _obey(self, said: Mapping[str, Any]) -> None:
        queue = str(said.get("queue", _ALL))
        match said:
            case {"action": "pause" | "resume" as action}:
                paused = bool(action == "pause")
                if said.get("ident", "any") == "any" and not said.get("remembered"):
                    self._unwritten |= dict.fromkeys(self._named(queue), paused)
                    self._write()
                self._tell(queue, PauseQueue(paused))
            case {"action": "scale", "limit": int(limit)} if limit > 0:
                self._tell(queue, ScaleQueue(limit))
            case {"action": "unscale"}:
                self._tell(queue, ScaleQueue(None))
            case {"action": "pkill", "job_id": int(job_id)}:
                self._tell_all(StopJob(job_id))
            case _:
                log.debug("signal.not_ours", action=said.get("action"))

    def _write(self) -> None:
        if self._writing is None and self._unwritten:
            self._writing = self.start_task(self._remember(dict(self._unwritten)))

    async def _remember(self, words: dict[str, bool]) -> dict[str, bool]:
        """Write down what was said; returns it. Raises DatabaseUnreachable."""
        async with self._database.transaction() as session:
            for paused in (True, False):
                names = [name for name, each in words.items() if each is paused]
                await session.execute(queries.PAUSE_QUEUES, names, paused)
        return words

    def _written(self, words: dict[str, bool]) -> None:
        self._writing = None
        for name, paused in words.items():
            if self._unwritten[name] is paused:
                del self._unwritten[name]
        self._write()

    def _away(self, task: int) -> None:
        if task == self._writing:
            self._writing = None
        if task == self._listening:
            self._listening = None
            self._connected = False

    def _named(self, queue: str) -> list[str]:
        return list(self._settings.queues) if queue == _ALL else [queue]

    def _tell_all(self, message: object) -> None:
        self._tell(_ALL, message)

    def _tell(self, queue: str, message: object) -> None:
        for name in self._named(queue):
            producer = self._producer(name)
            if producer is not None:
                producer.cast(message)

    def _producer(self, queue: str) -> Ref | None:
        settings = self._settings.queues.get(queue)
        return None if settings is None else self.system.whereis(f"{settings.path}/producer")
