"""What a process writes, line by line, for a test that waits for a line and never for a moment."""

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any, TypeVar

Found = TypeVar("Found")

_PACE_S = 0.05
"""What no line announces is looked for this often."""


class TooLate(AssertionError):
    """What a test waits for did not come; says what came last instead."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of a structured log."""

    event: str
    at: datetime
    fields: dict[str, Any]

    def has(self, event: str, wanted: dict[str, object]) -> bool:
        """Whether it is that event, with those fields."""
        return self.event == event and all(
            self.fields.get(key) == value for key, value in wanted.items()
        )


class Journal:
    """Reads a pipe to its end in a thread, keeps the lines, and a copy in a file."""

    def __init__(self, pipe: IO[bytes], copy: Path) -> None:
        self.lines: list[str] = []
        self._pipe = pipe
        self._copy = copy
        self._news = threading.Condition()
        self._ended = False
        self._thread = threading.Thread(target=self._read, name=f"journal {copy.name}")
        self._thread.start()

    def _read(self) -> None:
        with self._pipe as pipe, self._copy.open("ab") as copy:
            for line in pipe:
                copy.write(line)
                copy.flush()
                with self._news:
                    self.lines.append(line.decode("utf-8", "replace").rstrip("\n"))
                    self._news.notify_all()
        with self._news:
            self._ended = True
            self._news.notify_all()

    def join(self) -> None:
        """Return when the other end of the pipe is closed."""
        self._thread.join()

    def until(self, look: Callable[[], Found | None], *, within_s: float, what: str) -> Found:
        """What `look` finds; asked again at each new line. Raises TooLate."""
        deadline_s = time.monotonic() + within_s
        while True:
            late = time.monotonic() >= deadline_s
            found = look()
            if found:
                return found
            if late:
                raise TooLate(f"{what}: not within {within_s:g} s; last lines:\n{self.tail()}")
            with self._news:
                self._news.wait(_PACE_S)

    def line(self, text: str, *, within_s: float) -> str:
        """The first line that contains `text`. Raises TooLate, at once when the pipe has ended."""

        def look() -> str | None:
            ended = self._ended  # asked first: lines that came meanwhile still count
            found = next((line for line in tuple(self.lines) if text in line), None)
            if found is None and ended:
                raise TooLate(f"ended without {text!r}; last lines:\n{self.tail()}")
            return found

        return self.until(look, within_s=within_s, what=repr(text))

    def facts(self) -> tuple[Fact, ...]:
        """The lines that are facts."""
        return tuple(fact for line in tuple(self.lines) if (fact := _fact(line)) is not None)

    def all(self, event: str, **fields: object) -> tuple[Fact, ...]:
        """Every fact of that name with those fields."""
        return tuple(fact for fact in self.facts() if fact.has(event, fields))

    def fact(self, event: str, *, within_s: float = 10.0, **fields: object) -> Fact:
        """The first fact of that name with those fields. Raises TooLate."""
        return self.until(
            lambda: next(iter(self.all(event, **fields)), None),
            within_s=within_s,
            what=f"{event} {fields or ''}",
        )

    def tail(self, count: int = 40) -> str:
        """The last lines."""
        return "\n".join(self.lines[-count:])


def _fact(line: str) -> Fact | None:
    if not line.startswith("{"):
        return None
    try:
        fields: dict[str, Any] = json.loads(line)
        return Fact(fields["event"], datetime.fromisoformat(fields["timestamp"]), fields)
    except (ValueError, KeyError):
        return None
