"""A command that a running daemon carries out while the test goes on."""

import json
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_PATIENCE_S = 30.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a command."""

    exit_code: int
    documents: tuple[dict[str, Any], ...]

    @property
    def document(self) -> dict[str, Any]:
        """The only document."""
        (document,) = self.documents
        return document

    @property
    def answer(self) -> dict[str, Any]:
        """The only answer of a domain command."""
        answers: list[dict[str, Any]] = self.document["answers"]
        (answer,) = answers
        return answer


class Errand:
    """Sent on its way over the local control socket, as `engset … --json` does."""

    def __init__(self, path: Path, *words: str) -> None:
        self._connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            self._connection.settimeout(_PATIENCE_S)
            self._connection.connect(str(path))
            request = {"command": "", "args": words, "json": True}
            self._connection.sendall(json.dumps(request).encode() + b"\n")
        except OSError:
            self._connection.close()
            raise

    def outcome(self) -> Outcome:
        """Wait for the end of it. Raises EOFError when the daemon went away before."""
        documents: list[dict[str, Any]] = []
        with self._connection, self._connection.makefile("rb") as answer:
            for line in answer:
                said: dict[str, Any] = json.loads(line)
                if "exit" in said:
                    return Outcome(said["exit"], tuple(documents))
                documents.append(said["event"])
        raise EOFError("the daemon went away")

    def abandon(self) -> None:
        """Go away without waiting."""
        self._connection.close()
