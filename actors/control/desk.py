"""Where commands are taken and carried out, whichever face they come by.

The way of a command: words → command and arguments → role → confirmation → run, within its time →
audit record. Whatever goes wrong on the way is a `Problem`, an event like any other.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

import structlog

from actors.control.catalogue import Catalogue
from actors.control.command import AnyCommand, Confirm
from actors.control.context import Context
from actors.control.events import Events, Problem
from actors.control.ports import AuditEntry, Ports
from actors.control.refusal import ExitCode, Refusal, UsageError
from actors.control.roles import Visitor
from actors.control.table import COMMANDS
from actors.control.visits import Visits
from runtime import CallError, CallTimeout
from store import DatabaseUnreachable

log = structlog.get_logger("control")


@dataclass(frozen=True, slots=True)
class Invocation:
    """A command that was understood, or a problem; ready to run once."""

    json: bool
    streams: bool
    question: str | None
    """What the shell must ask before it runs."""
    name: str
    """The command without its arguments; empty when there is none."""
    run: Callable[[], Events]

    @classmethod
    def of(cls, problem: Problem, *, json: bool) -> "Invocation":
        """What only says why there is nothing to run."""
        return cls(json, False, None, "", lambda: _say(problem))


class Desk:
    """The command table at work. One for the daemon, shared by all faces."""

    def __init__(self, ports: Ports, catalogue: Catalogue = COMMANDS) -> None:
        self.ports = ports
        self.catalogue = catalogue
        self.visits = Visits(ports.system.clock.now)

    def take(
        self, words: Sequence[str], visitor: Visitor, *, interactive: bool = False
    ) -> Invocation:
        """Understand what was typed. `interactive` faces ask `question` themselves."""
        plain_words, options = _universal(words)
        json = "--json" in options
        try:
            if "--help" in options:
                plain_words = ["help", *plain_words]
            command, rest = self.catalogue.find(plain_words)
            return self._understood(command, rest, visitor, options, interactive=interactive)
        except Refusal as refusal:
            return Invocation.of(_problem(refusal), json=json)

    def _understood(
        self,
        command: AnyCommand,
        rest: tuple[str, ...],
        visitor: Visitor,
        options: frozenset[str],
        *,
        interactive: bool,
    ) -> Invocation:
        if visitor.role < command.role:
            self._record(visitor, command, command.name, "not_permitted", ExitCode.NOT_PERMITTED)
            raise Refusal(
                "not_permitted",
                f"{command.name} needs the role {command.role.label},"
                f" and yours is {visitor.role.label}",
                exit_code=ExitCode.NOT_PERMITTED,
            )
        try:
            arguments = command.read(rest)
            sure = "--yes" in options
            confirm = command.confirms(arguments)
            if confirm is Confirm.ALWAYS and not sure and not interactive:
                raise UsageError(f"{command.name} needs --yes", code="needs_confirmation")
        except UsageError as error:
            error.usage = command.usage
            raise
        asks = interactive and confirm is not Confirm.NEVER and not sure
        return Invocation(
            json="--json" in options,
            streams=command.streams(arguments),
            question=f"{command.recorded(arguments)}: sure?" if asks else None,
            name=command.name,
            run=lambda: self._run(command, arguments, visitor),
        )

    async def _run(self, command: AnyCommand, arguments: Any, visitor: Visitor) -> Events:
        """Carry a command out; exceptions become problems, changes are recorded."""
        context = Context(self.ports, visitor, self.visits, self.catalogue)
        outcome, exit_code = "cancelled", ExitCode.FAILED
        try:
            async with aclosing(_events(command, context, arguments)) as events:
                async for event in events:
                    exit_code = event.exit_code
                    outcome = event.code if isinstance(event, Problem) else _outcome(exit_code)
                    yield event
        finally:
            self._record(visitor, command, command.recorded(arguments), outcome, exit_code)

    def _record(
        self,
        visitor: Visitor,
        command: AnyCommand,
        said: str,
        outcome: str,
        exit_code: ExitCode,
    ) -> None:
        if not command.changes:
            return
        log.info(
            "command.recorded", who=visitor.who, via=visitor.via, command=said, outcome=outcome
        )
        now = self.ports.system.clock.now()
        self.ports.audit(AuditEntry(now, visitor, said, outcome, exit_code))


def _universal(words: Sequence[str]) -> tuple[list[str], frozenset[str]]:
    """Take out the options that every command has, up to a `--`."""
    ours = ("--json", "--yes", "--help")
    end = words.index("--") if "--" in words else len(words)
    found = frozenset(word for word in words[:end] if word in ours)
    return [word for word in words[:end] if word not in ours] + list(words[end:]), found


def _outcome(exit_code: ExitCode) -> str:
    return "ok" if exit_code == ExitCode.OK else exit_code.name.lower()


async def _events(command: AnyCommand, context: Context, arguments: Any) -> Events:
    """What the command says, and a problem where it cannot go on. The command line's own net."""
    try:
        events = command.run(context, arguments)
        if command.streams(arguments):
            async with aclosing(events):
                async for event in events:
                    yield event
        else:
            async with asyncio.timeout(command.timeout_s):
                said = [event async for event in events]
            for event in said:
                yield event
    except UsageError as error:
        error.usage = command.usage
        yield _problem(error)
    except Refusal as refusal:
        yield _problem(refusal)
    except DatabaseUnreachable as error:
        fate = "; it may have been done: look before you repeat it" if command.changes else ""
        yield Problem("database_unreachable", f"{error}{fate}", ExitCode.FAILED)
    except CallTimeout as error:
        yield Problem("timed_out", str(error), ExitCode.TIMED_OUT)
    except CallError as error:
        yield Problem("not_answered", str(error), ExitCode.FAILED)
    except TimeoutError:
        said_s = f"{command.timeout_s:g} s"
        yield Problem("timed_out", f"{command.name}: no answer in {said_s}", ExitCode.TIMED_OUT)
    except Exception as error:
        log.exception("command.failed", command=command.name, who=context.visitor.who)
        yield Problem("failed", f"{type(error).__name__}: {error}", ExitCode.FAILED)


async def _say(problem: Problem) -> Events:
    yield problem


def _problem(refusal: Refusal) -> Problem:
    return Problem(
        refusal.code,
        refusal.message,
        refusal.exit_code,
        refusal.nearest,
        refusal.known,
        refusal.usage,
    )
