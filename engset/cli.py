"""The `engset` command: starts the daemon, or has a running one carry out a command.

Loads as little as it can: an answer from the daemon needs a socket and a JSON decoder only.
"""

import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import cast

from engset.cli_client import PATIENT, Patience, ask

SOCKET_NAME = "control/engset.sock"
"""The local control socket within the data directory."""
USAGE = 64

INTRODUCTION = """\
Engset: one daemon of supervised actors.

Programs:
  serve    run the daemon
  check    read a configuration and name what is wrong with it
  sandbox  run the practice registry or the practice mail provider alone

Commands for a running daemon (--data-dir DIR or --socket PATH say which, --patience SECONDS how
long to wait for an answer):
"""

_PROGRAMS = {
    "serve": ("engset.serve", "serve"),
    "check": ("engset.config", "check"),
    "sandbox": ("engset.sandbox_cli", "sandbox"),
}
"""Module and function of each; it takes the words that follow and returns the exit code."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line; returns its exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    if words[:1] == ["--version"]:
        from importlib.metadata import version  # noqa: PLC0415 - takes longer than most commands

        sys.stdout.write(f"engset {version('engset')}\n")
        return 0
    if words and words[0] in _PROGRAMS:
        module, function = _PROGRAMS[words[0]]
        program = cast("Callable[[Sequence[str]], int]", getattr(import_module(module), function))
        return program(words[1:])
    try:
        path, patience, words = _target(words)
    except ValueError as error:
        sys.stderr.write(f"{error}\n")
        return USAGE
    return _command(path, words, patience)


def _target(words: Sequence[str]) -> tuple[Path, Patience, list[str]]:
    """The daemon's socket, our patience with it, and the words without what says so.

    The options may stand anywhere before a `--`. Raises ValueError when one of them lacks its
    value, or the patience is no number of seconds.
    """
    ours: dict[str, str] = {}
    rest: list[str] = []
    waiting = list(words)
    while waiting:
        word = waiting.pop(0)
        label, equals, value = word.partition("=")
        if word == "--":
            rest += [word, *waiting]
            break
        if label not in ("--data-dir", "--socket", "--patience"):
            rest.append(word)
            continue
        if not equals and not waiting:
            raise ValueError(f"{label} needs a value")
        ours[label] = value if equals else waiting.pop(0)
    data_dir = ours.get("--data-dir") or os.environ.get("ENGSET_DATA_DIR") or "var"
    path = Path(ours.get("--socket") or Path(data_dir, SOCKET_NAME))
    return path, _patience(ours.get("--patience")), rest


def _patience(word: str | None) -> Patience:
    if word is None:
        return PATIENT
    if not word.removesuffix("s").replace(".", "", 1).isdecimal():
        raise ValueError(f"--patience must be a number of seconds, not {word!r}")
    return Patience(answer_s=float(word.removesuffix("s")))


def _command(path: Path, words: list[str], patience: Patience) -> int:
    """Have the daemon answer; help is also there without one."""
    if words in ([], ["--help"], ["-h"], ["help"]):
        sys.stdout.write(INTRODUCTION)
        sys.stdout.flush()
        words = ["help"]
    if "help" not in words[:1] and "--help" not in words:
        return ask(path, words, patience=patience)
    return ask(path, words, patience=patience, otherwise=lambda: _help(words))


def _help(words: Sequence[str]) -> int:
    """Help from our own copy of the table."""
    from actors.control import COMMANDS, Refusal  # noqa: PLC0415 - only where no daemon answers

    wanted = [word for word in words if word not in ("help", "--help", "--json", "--yes")]
    try:
        sys.stdout.write(COMMANDS.help(wanted).text + "\n")
    except Refusal as refusal:
        sys.stderr.write(f"{refusal.message}\n")
        return int(refusal.exit_code)
    return 0


if __name__ == "__main__":
    sys.exit(main())
