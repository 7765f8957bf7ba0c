"""One SSH session: a single command, or the shell.

Theory of operation. The session hears of keys and lines by callbacks and does its work in tasks of
the server's actor, one at a time:

    state      meaning                     a line            Ctrl-C, or any key   Ctrl-D
    waiting    at the prompt               begins it         clears the line      ends the session
    asking     "sure?" is on the screen    y runs it         drops it             ends the session
    running    a command is under way      waits its turn    -                    -
    streaming  a stream is under way       stops it          stops it             stops it

A client that goes away calls off a stream; any other command runs to its end, since what it does
may not be half done.
"""

import asyncio
import shlex
from collections import deque
from collections.abc import Callable, Coroutine
from typing import Any, Protocol, cast

import asyncssh

from actors.control.completion import Names, complete
from actors.control.desk import Desk, Invocation
from actors.control.events import Problem
from actors.control.faces import Printer
from actors.control.printable import printable
from actors.control.refusal import ExitCode
from actors.control.roles import Visitor
from actors.control.ssh_channel import Channel
from actors.control.text import TextRenderer
from actors.control.visits import Visit
from runtime import Clock

PROMPT = "engset> "
LEAVING = ("exit", "quit", "logout")
TYPED_AHEAD_LIMIT = 64
LINE_LIMIT = 8_192


class SessionHost(Protocol):
    """The actor that the session belongs to."""

    desk: Desk

    @property
    def clock(self) -> Clock:
        """Where time comes from."""
        ...

    def opened(self, session: "SshSession") -> None:
        """A session begins."""
        ...

    def closed(self, session: "SshSession") -> None:
        """A session has ended."""
        ...

    def begin(self, session: "SshSession", work: Coroutine[Any, Any, None]) -> int:
        """Run a command as a task; returns the task."""
        ...

    def call_off(self, task: int) -> None:
        """Cancel a command."""
        ...


class SshSession(asyncssh.SSHServerSession[str]):
    """Between one SSH channel and the desk."""

    def __init__(self, host: SessionHost, visitor: Visitor, ended: Callable[[], None]) -> None:
        self.visitor = visitor
        self._host = host
        self._ended = ended
        self._channel: Channel | None = None
        self._visit: Visit | None = None
        self._command: str | None = None
        self._has_terminal = False
        self._typed = ""
        self._lines: deque[str] = deque()
        self._asked: Invocation | None = None
        self._task: int | None = None
        self._streaming = False
        self._finishing = False
        self._last_typed_s = host.clock.monotonic()
        self._writable = asyncio.Event()
        self._writable.set()

    @property
    def number(self) -> int:
        """Of its visit; 0 before it has started."""
        return 0 if self._visit is None else self._visit.number

    # From the channel.

    def connection_made(self, chan: asyncssh.SSHServerChannel[str]) -> None:
        """The channel is open."""
        self._channel = cast("Channel", chan)

    def pty_requested(self, term_type: str, term_size: object, term_modes: object) -> bool:
        """A terminal is there. asyncssh has asked the key's permissions before."""
        self._has_terminal = True
        return True

    def shell_requested(self) -> bool:
        """Lines will come."""
        return True

    def exec_requested(self, command: str) -> bool:
        """One command; it never reaches a system shell."""
        self._command = command
        return True

    def session_started(self) -> None:
        """Run the command, or greet and prompt."""
        self._visit = self._host.desk.visits.enter(self.visitor)
        self._host.opened(self)
        if self._command is not None:
            self._begin(self._take(self._command, interactive=False))
            return
        if self._has_terminal:
            self._editor.register_key("\t", self._complete)
            role = self.visitor.role.label
            self._write(f"Engset. You are {printable(self.visitor.who)} ({role}); try help.\n")
        self._prompt()

    def data_received(self, data: str, datatype: int | None) -> None:
        """A line from the editor, a key during a stream, or raw text without a terminal."""
        self._last_typed_s = self._host.clock.monotonic()
        if self._streaming and self._has_terminal:
            self._stop_stream()
            return
        if self._command is not None:
            return
        *lines, self._typed = (self._typed + data).split("\n")
        if len(self._typed) > LINE_LIMIT or len(self._lines) > TYPED_AHEAD_LIMIT:
            self._leave(ExitCode.USAGE)
            return
        self._lines += lines
        self._next()

    def break_received(self, msec: int) -> bool:
        """Ctrl-C: stop the stream, drop the question, or clear the line."""
        if self._streaming:
            self._stop_stream()
        elif self._has_terminal and self._command is None and self._task is None:
            self._asked = None
            self._editor.clear_input()
            self._write("^C\n")
            self._prompt()
        return True

    def signal_received(self, signal: str) -> None:
        """The client forwards a signal: only a stream takes notice."""
        if self._streaming:
            self._stop_stream()

    def soft_eof_received(self) -> None:
        """Ctrl-D on an empty line."""
        if self._task is None and self._command is None:
            self._write("\n")
            self._leave(ExitCode.OK)

    def eof_received(self) -> bool:
        """No more input: a script's shell ends after its last line, a command goes on."""
        if self._command is None:
            self._finishing = True
            self._next()
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        """The client is gone."""
        self._channel = None
        self._writable.set()
        self._lines.clear()
        if self._streaming:
            self._call_off()
        if self._visit is not None:
            self._host.desk.visits.leave(self._visit)
        self._host.closed(self)
        self._ended()

    def pause_writing(self) -> None:
        """The client reads slowly: wait for it."""
        self._writable.clear()

    def resume_writing(self) -> None:
        """The client has caught up."""
        self._writable.set()

    # Lines and commands.

    def _next(self) -> None:
        """Take the next line that waits, unless something is under way."""
        while self._lines and self._task is None and self._channel is not None:
            line = self._lines.popleft().strip()
            if self._asked is not None:
                self._answered(line)
            elif not line:
                self._prompt()
            elif line in LEAVING:
                self._leave(ExitCode.OK)
            else:
                self._typed_command(line)
        if self._finishing and not self._lines and self._task is None:
            self._leave(ExitCode.OK)

    def _typed_command(self, line: str) -> None:
        invocation = self._take(line, interactive=self._has_terminal)
        if invocation.question is None:
            self._begin(invocation)
        else:
            self._asked = invocation
            self._write(f"{printable(invocation.question)} [y/N] ")

    def _answered(self, line: str) -> None:
        invocation, self._asked = self._asked, None
        if invocation is not None and line.lower() in ("y", "yes"):
            self._begin(invocation)
        else:
            self._write("not done\n")
            self._prompt()

    def _take(self, line: str, *, interactive: bool) -> Invocation:
        try:
            words = shlex.split(line)
        except ValueError as error:
            problem = Problem("usage", f"{error} in {line!r}", ExitCode.USAGE)
            return Invocation.of(problem, json="--json" in line.split())
        return self._host.desk.take(words, self.visitor, interactive=interactive)

    def _begin(self, invocation: Invocation) -> None:
        self._streaming = invocation.streams
        if self._streaming and self._has_terminal:
            self._editor.set_line_mode(False)
        self._task = self._host.begin(self, self._run(invocation))

    async def _run(self, invocation: Invocation) -> None:
        """Carry one command out and print what it says. Runs as a task of the host."""
        assert self._visit is not None
        self._visit.doing = invocation.name
        printer = Printer(self._put, self._put_error, self._renderer())
        exit_code = await printer.print(invocation)
        self._after_command(exit_code)

    def _after_command(self, exit_code: ExitCode) -> None:
        self._task = None
        if self._visit is not None:
            self._visit.doing = ""
        if self._streaming:
            self._streaming = False
            if self._has_terminal and self._channel is not None:
                self._editor.set_line_mode(True)
        if self._command is not None:
            self._leave(exit_code)
            return
        self._last_typed_s = self._host.clock.monotonic()
        self._prompt()
        self._next()

    def _stop_stream(self) -> None:
        self._call_off()
        self._after_command(ExitCode.OK)

    def _call_off(self) -> None:
        if self._task is not None:
            self._host.call_off(self._task)

    def failed(self) -> None:
        """The task that ran the command has crashed; the session ends, the server does not."""
        self._leave(ExitCode.FAILED)

    # Idleness.

    def idle_s(self, now_s: float) -> float:
        """Seconds that a shell has waited for its user; 0 while a command runs."""
        if self._command is not None or self._task is not None:
            return 0.0
        return now_s - self._last_typed_s

    def warn(self, text: str) -> None:
        """Tell the user something on a line of its own."""
        self._write(f"\n{text}\n")
        self._prompt()

    def expel(self, text: str) -> None:
        """Tell the user something and end the session."""
        self._write(f"\n{text}\n")
        self._leave(ExitCode.TIMED_OUT)

    # The terminal.

    @property
    def _editor(self) -> Channel:
        assert self._channel is not None
        return self._channel

    def _renderer(self) -> TextRenderer:
        assert self._channel is not None
        term = self._channel.get_terminal_type()
        width = self._channel.get_terminal_size()[0] if self._has_terminal else 200
        return TextRenderer(width=width or 100, colour=term not in (None, "dumb"))

    def _prompt(self) -> None:
        if self._has_terminal:
            self._write(PROMPT)

    def _complete(self, line: str, position: int) -> tuple[str, int] | bool:
        result = complete(self._host.desk.catalogue, line, position, self._names())
        if isinstance(result, tuple):
            return result
        if result:
            self._write("\n" + "  ".join(map(printable, result)) + f"\n{PROMPT}")
        return False

    def _names(self) -> Names:
        desk = self._host.desk
        return {
            "actors": desk.ports.system.names.paths(),
            "registries": desk.ports.registries(),
            "queues": tuple(desk.ports.jobs.settings.queues),
            "workers": desk.ports.jobs.workers.names,
            "commands": tuple(command.name for command in desk.catalogue.commands),
        }

    def _write(self, text: str) -> None:
        if self._channel is not None and not self._channel.is_closing():
            self._channel.write(text)

    async def _put(self, text: str) -> None:
        self._write(text)
        await self._writable.wait()

    async def _put_error(self, text: str) -> None:
        if self._has_terminal:
            self._write(text)
        elif self._channel is not None and not self._channel.is_closing():
            self._channel.write_stderr(text)
        await self._writable.wait()

    def _leave(self, exit_code: ExitCode) -> None:
        if self._channel is not None and not self._channel.is_closing():
            self._channel.exit(exit_code)
