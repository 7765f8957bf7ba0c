"""A whole daemon in a process of its own, as an operator starts it."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Generator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import httpx

from tests.support.errand import Errand, Outcome
from tests.support.journal import Journal
from tests.support.postgres import open_folder
from tests.support.processes import ended_within, working_on

ROOT = Path(__file__).parents[2]
SCHEMAS = Path(os.environ.get("EPP_SCHEMAS", ROOT.parent / "shared" / "epp-schemas"))
"""Where they are, every daemon's practice registries hold both sides to them."""
_FREE_PORTS = ("web.listen=127.0.0.1:0", "control.ssh_listen=127.0.0.1:0")
_START_S = 50.0
"""Generous: the first start makes a database cluster, and a loaded machine takes its time."""
_STOP_S = 30.0

LENT: list["RunningDaemon"] = []
"""Those that tests have now; when one fails, their logs are shown."""

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Ended:
    """A command that ran to its end in a process of its own."""

    exit_code: int
    out: str
    err: str


def engset(*words: str, env: Mapping[str, str] | None = None) -> Ended:
    """Run the program with these words to its end."""
    done = subprocess.run(
        [sys.executable, "-m", "engset", *words],
        cwd=ROOT,
        env={**os.environ, **(env or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=_STOP_S,
        check=False,
        text=True,
    )
    return Ended(done.returncode, done.stdout, done.stderr)


class RunningDaemon:
    """One data directory and the daemon on it, which may be stopped, killed and started again.

    Every wait is for a line that the daemon writes, for the end of a process, or for an answer;
    each is bounded.
    """

    def __init__(
        self,
        data_dir: Path,
        *,
        config: Path | None = None,
        settings: tuple[str, ...] = (),
        log_level: str = "info",
        program: tuple[str, ...] = ("engset", "serve"),
    ) -> None:
        """`program` is the module that runs it, and the words before its options."""
        self.data_dir = data_dir
        self._program = program
        self._words = ["--data-dir", str(data_dir), "--log-level", log_level]
        if config is not None:
            self._words += ["--config", str(config)]
        schemas = (f"sandbox.schemas={SCHEMAS}",) if SCHEMAS.is_dir() else ()
        for setting in (*_FREE_PORTS, *schemas, *settings):
            self._words += ["--set", setting]
        self._process: subprocess.Popen[bytes] | None = None
        self._http: httpx.Client | None = None

    # Its life.

    def launch(self) -> None:
        """Start the process; it is not up yet."""
        assert self._process is None, "it runs already"
        self._process = subprocess.Popen(
            [sys.executable, "-m", *self._program, *self._words],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert self._process.stdout is not None
        assert self._process.stderr is not None
        self.said = Journal(self._process.stdout, self.data_dir / "stdout.log")
        self.log = Journal(self._process.stderr, self.data_dir / "stderr.log")

    def start(self) -> None:
        """Start it and wait until it has announced itself and is ready."""
        self.launch()
        self.announced()
        self._http = httpx.Client(base_url=self.url, timeout=10.0, trust_env=False)
        self.until(lambda: self.readiness()[0] == 200, what="ready", within_s=20.0)

    def announced(self) -> None:
        """Wait until it has said where its doors are."""
        try:
            self.said.line("  ssh ", within_s=_START_S)
        except AssertionError as error:
            raise AssertionError(f"{error}\nits log:\n{self.log.tail()}") from None

    @property
    def pid(self) -> int:
        """The daemon's process id."""
        assert self._process is not None, "it does not run"
        return self._process.pid

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal."""
        assert self._process is not None, "it does not run"
        self._process.send_signal(number)

    def ended(self, *, within_s: float = _STOP_S) -> int:
        """Wait until the process is gone, with all it wrote; returns its exit status."""
        process = self._process
        assert process is not None, "it does not run"
        try:
            status = process.wait(within_s)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"still runs after {within_s:g} s:\n{self.log.tail()}") from None
        for journal in (self.said, self.log):
            journal.join()
        if self._http is not None:
            self._http.close()
            self._http = None
        self._process = None
        return status

    def stop(self) -> int:
        """Stop it as service managers do; returns its exit status."""
        self.signal(signal.SIGTERM)
        return self.ended()

    def kill(self) -> None:
        """Kill it as the kernel does when memory runs out."""
        self.signal(signal.SIGKILL)
        self.ended()

    def close(self) -> None:
        """End it and whatever it left, at the end of a test."""
        if self._process is not None:
            self.signal(signal.SIGTERM)
            if not ended_within(self.pid, _STOP_S):
                self.signal(signal.SIGKILL)
            self.ended()
        for pid in self.left_running():
            os.kill(pid, signal.SIGKILL)

    def left_running(self) -> dict[int, str]:
        """Processes that work on the data directory; after the end there must be none."""
        return working_on(self.data_dir)

    # Its doors.

    @property
    def socket(self) -> Path:
        """The local control socket."""
        return self.data_dir / "control" / "engset.sock"

    @property
    def url(self) -> str:
        """Where the pages are."""
        return self._announced(r"page +(http://[^/]+)/login")

    @property
    def sign_in_link(self) -> str:
        """The one-time link it printed."""
        return self._announced(r"page +(http://\S+)")

    @property
    def ssh_port(self) -> int:
        """Where the SSH server listens."""
        return int(self._announced(r"ssh .* -p (\d+) "))

    def _announced(self, pattern: str) -> str:
        found = re.search(pattern, "\n".join(self.said.lines))
        assert found is not None, f"no {pattern} in:\n{self.said.tail()}"
        return found[1]

    @property
    def http(self) -> httpx.Client:
        """A browser without cookies, at the pages."""
        assert self._http is not None, "it is not up"
        return self._http

    def readiness(self) -> tuple[int, str]:
        """What `/readyz` answers: status and body."""
        answer = self.http.get("/readyz")
        return answer.status_code, answer.text

    @contextmanager
    def signed_in(self) -> Generator[httpx.Client]:
        """A browser that has used a fresh one-time link."""
        with httpx.Client(base_url=self.url, timeout=10.0, trust_env=False) as browser:
            token = self.json("login")["url"].partition("token=")[2]
            entered = browser.post("/login", data={"token": token}, headers={"origin": self.url})
            assert entered.status_code == 303, entered.text
            yield browser

    def cli(self, *words: str) -> Ended:
        """Type `engset …` for this daemon."""
        return engset("--data-dir", str(self.data_dir), *words)

    def begin(self, *words: str) -> Errand:
        """Send a command on its way."""
        return Errand(self.socket, *words)

    def ask(self, *words: str) -> Outcome:
        """Have a command carried out."""
        return self.begin(*words).outcome()

    def json(self, *words: str) -> dict[str, Any]:
        """The one document of a command that succeeds."""
        outcome = self.ask(*words)
        assert outcome.exit_code == 0, outcome
        return outcome.document

    # Its registries.

    def registry(self, name: str) -> dict[str, Any]:
        """One registry as `pools` shows it."""
        health = self.json("pools")
        return next(each for each in health["registries"] if each["name"] == name)

    def connections(self, registry: str) -> dict[int, dict[str, Any]]:
        """Its connections by slot."""
        return {each["slot"]: each for each in self.registry(registry)["connections"]}

    def is_up(self, name: str) -> bool:
        """Whether every session that is wanted is logged in."""
        health = self.registry(name)
        sessions = health["sessions"]
        return bool(health["state"] == "up" and sessions["ready"] == sessions["allowed"])

    def until_up(self, *names: str, within_s: float = 20.0) -> None:
        """Wait until these registries have all their sessions."""
        self.until(
            lambda: all(map(self.is_up, names)), what=f"{' and '.join(names)} up", within_s=within_s
        )

    def until(
        self, look: Callable[[], Found | None], *, what: str, within_s: float = 10.0
    ) -> Found:
        """What `look` finds, asked again whenever the daemon logs something. Raises TooLate."""
        return self.log.until(look, within_s=within_s, what=what)


@contextmanager
def running_daemon(**options: Any) -> Generator[RunningDaemon]:
    """A daemon that is up, on a fresh data directory; the options are RunningDaemon's."""
    with fresh_daemon(**options) as daemon:
        daemon.start()
        yield daemon


@contextmanager
def fresh_daemon(**options: Any) -> Generator[RunningDaemon]:
    """A daemon that was not started yet; ended with all it left when the test is over."""
    with open_folder() as data_dir, ExitStack() as stack:
        daemon = RunningDaemon(data_dir, **options)
        stack.callback(daemon.close)
        LENT.append(daemon)
        stack.callback(LENT.remove, daemon)
        yield daemon
