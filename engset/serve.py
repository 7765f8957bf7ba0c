"""`engset serve`: from the words of a command line to an exit status."""

import argparse
import asyncio
import os
import sys
from collections.abc import Generator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import structlog

from actors.control import Logbook
from actors.control.listening import CannotListen
from actors.control.watch_door import DOOR_NAME, WatchDoor
from engset.config import BadConfiguration, Configuration, load
from engset.daemon import Daemon, Hurried, StartRefused
from engset.logs import configure_logs
from engset.node import DataDirectoryTaken
from runtime import Pulse, System, Watchdog

EXIT_FAILED = 1
EXIT_USAGE = 64
EXIT_CONFIG = 78

log = structlog.get_logger("engset")


def serve(words: Sequence[str], *, daemon: type[Daemon] = Daemon) -> int:
    """Run the daemon in the foreground until it is told to stop."""
    options = _parse(words)
    if isinstance(options, int):
        return options
    try:
        configuration = load(options.config, overrides=options.set, data_dir=options.data_dir)
    except BadConfiguration as error:
        for problem in error.problems:
            sys.stderr.write(f"engset: {problem}\n")
        return EXIT_CONFIG
    pulse = Pulse()
    with asyncio.Runner(loop_factory=lambda: asyncio.SelectorEventLoop(pulse)) as runner:
        return runner.run(_run(configuration, daemon, pulse, log_level=options.log_level))


async def _run(
    configuration: Configuration, kind: type[Daemon], pulse: Pulse, *, log_level: str
) -> int:
    async with System() as system:
        logbook = Logbook(system.clock.now)
        configure_logs(logbook, level=log_level)
        for warning in configuration.warnings:
            log.warning("configuration.doubted", key=warning.key, reason=warning.reason)
        try:
            daemon = kind(configuration, system, logbook)
        except (DataDirectoryTaken, OSError) as error:
            return _refuse(str(error))
        with _watched(daemon, pulse):
            return await _live(daemon)


async def _live(daemon: Daemon) -> int:
    """From the start to the end."""
    try:
        await daemon.start()
        sys.stdout.write(await daemon.announcement() + "\n")
        sys.stdout.flush()
        return await daemon.run_until_stopped()
    except StartRefused as error:
        return _refuse(str(error))
    except Hurried:
        return EXIT_FAILED
    finally:
        await daemon.stop()
        log.info("daemon.stopped")


@contextmanager
def _watched(daemon: Daemon, pulse: Pulse) -> Generator[None]:
    """Have the loop watched, by a thread that can be asked beside the control socket."""
    control = daemon.node.data_dir / daemon.configuration.control.socket
    with ExitStack() as stack:
        door: WatchDoor | None = None
        try:
            door = stack.enter_context(closing(WatchDoor(control.with_name(DOOR_NAME))))
        except CannotListen as error:
            log.warning("watchdog.has_no_door", reason=str(error))
        stack.enter_context(Watchdog(daemon.system, pulse, door=door))
        yield


def _refuse(reason: str) -> int:
    sys.stderr.write(f"engset: cannot start: {reason}\n")
    return EXIT_FAILED


def _parse(words: Sequence[str]) -> argparse.Namespace | int:
    """The options, or the exit status where there is nothing to run."""
    parser = argparse.ArgumentParser(
        prog="engset serve", description="Run the daemon in the foreground."
    )
    parser.add_argument("--config", type=Path, metavar="FILE", help="the TOML file to read")
    parser.add_argument(
        "--data-dir",
        type=Path,
        metavar="DIR",
        default=os.environ.get("ENGSET_DATA_DIR") or None,
        help="default: the environment's ENGSET_DATA_DIR, else the file's data_dir, else ./var",
    )
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="SECTION.KEY=VALUE",
        help="change one key of the configuration; may be repeated",
    )
    parser.add_argument(
        "--log-level", choices=("debug", "info", "warning", "error"), default="info"
    )
    try:
        return parser.parse_args(list(words))
    except SystemExit as stop:
        return 0 if not stop.code else EXIT_USAGE
