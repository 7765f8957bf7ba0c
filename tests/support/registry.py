"""The practice registry in a process of its own: a registry that is no part of the daemon."""

import json
import signal
import subprocess
import sys
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from tests.support.daemon import ROOT, SCHEMAS
from tests.support.journal import Journal

_START_S = 40.0
_STOP_S = 20.0


class StandaloneRegistry:
    """`engset sandbox registry`, which may be stopped and started again on the same port."""

    def __init__(self, data_dir: Path, *words: str) -> None:
        self._data_dir = data_dir
        self._words = words
        self._process: subprocess.Popen[bytes] | None = None
        self.port = 0
        self.announced: dict[str, Any] = {}

    def start(self, *words: str) -> None:
        """Run it until `stop`, this time with these words besides."""
        command = ["sandbox", "registry", "--data-dir", str(self._data_dir)]
        listen = ["--listen", f"127.0.0.1:{self.port}"]
        schemas = ["--schemas", str(SCHEMAS)] if SCHEMAS.is_dir() else []
        self._process = subprocess.Popen(
            [sys.executable, "-m", "engset", *command, *listen, *schemas, *self._words, *words],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert self._process.stdout is not None
        assert self._process.stderr is not None
        self._data_dir.mkdir(parents=True, exist_ok=True)
        self._said = Journal(self._process.stdout, self._data_dir / "stdout.log")
        self.log = Journal(self._process.stderr, self._data_dir / "stderr.log")
        self.announced = json.loads(self._said.line('"port"', within_s=_START_S))
        self.port = int(self.announced["port"])

    def stop(self) -> int:
        """End it; returns its exit status."""
        process = self._process
        assert process is not None, "it does not run"
        process.send_signal(signal.SIGTERM)
        try:
            return process.wait(_STOP_S)
        finally:
            process.kill()
            process.wait()
            self._said.join()
            self.log.join()
            self._process = None

    def close(self) -> None:
        """End it, if it runs, at the end of a test."""
        if self._process is not None:
            self.stop()

    def section(self, name: str, **settings: object) -> str:
        """The section of a daemon's configuration that connects it here."""
        account = self.announced["accounts"][0]
        values: dict[str, object] = {
            "host": self.announced["host"],
            "port": self.port,
            "zones": self.announced["zones"],
            "client_id": account["client_id"],
            "password": account["password"],
            "tls_ca": self.announced["ca"],
            "tls_certificate": self.announced["certificate"],
            "tls_key": self.announced["key"],
            **settings,
        }
        lines = (f"{key} = {json.dumps(value)}" for key, value in values.items())
        return "\n".join([f"[registry.{name}]", *lines, ""])


@contextmanager
def standalone_registry(data_dir: Path, *words: str) -> Generator[StandaloneRegistry]:
    """One that listens; `words` are for every start."""
    with closing(StandaloneRegistry(data_dir, *words)) as registry:
        registry.start()
        yield registry
