"""What does a daemon cost that has nothing to do? Processor and memory of its own process.

Twenty EPP sessions over TLS to two registries, which run in processes of their own, are logged in
and idle; PostgreSQL is a child and does not count. Beside it the daemon as `make serve` starts it:
its practice registries are inside and do count. Nobody looks at the pages.

    benchmarks/idle.py [--quick] [--json]
"""

import argparse
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from threading import Event
from time import monotonic

_ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(_ROOT))  # runs as a script, from anywhere

from benchmarks.report import Cell, report
from tests.support.daemon import RunningDaemon, running_daemon
from tests.support.registry import standalone_registry

COLUMNS = {
    "subject": "daemon",
    "sessions": "sessions",
    "window_s": "window s",
    "cpu_percent": "% of a core",
    "rss_mb": "RSS MB",
    "limit_cpu_percent": "limit %",
    "limit_rss_mb": "limit MB",
}
LIMITS: dict[str, Cell] = {"limit_cpu_percent": 2.0, "limit_rss_mb": 200.0}
SESSIONS = 10
"""At each registry."""
SETTLE_S = 3.0
"""Left out after the start: its last clean-ups are not idleness."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a window of 5 s instead of 20 s")
    parser.add_argument("--json", action="store_true", help="one document instead of a table")
    options = parser.parse_args()
    window_s = 5.0 if options.quick else 20.0
    rows = [with_two_registries(window_s), as_served(window_s)]
    report("an idle daemon", rows, COLUMNS, as_json=options.json)


def with_two_registries(window_s: float) -> dict[str, Cell]:
    """Connected as a registrar's daemon is."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="engset-idle-")))
        sections: list[str] = []
        for name, zones in (("one", "com,net"), ("two", "org")):
            words = ("--sessions", str(SESSIONS), "--zones", zones)
            registry = stack.enter_context(standalone_registry(folder / name, *words))
            sections.append(registry.section(name, sessions=SESSIONS))
        config = folder / "engset.toml"
        config.write_text("\n".join(sections))
        daemon = stack.enter_context(running_daemon(config=config))
        daemon.until_up("one", "two", within_s=60.0)
        return measured("two registries", daemon, window_s)


def as_served(window_s: float) -> dict[str, Cell]:
    """As a newcomer starts it, registries and all."""
    with running_daemon() as daemon:
        daemon.until_up("verisign", "pir", within_s=60.0)
        return measured("practice registries inside", daemon, window_s)


def measured(subject: str, daemon: RunningDaemon, window_s: float) -> dict[str, Cell]:
    """One row."""
    sessions = sum(each["sessions"]["ready"] for each in daemon.json("pools")["registries"])
    Event().wait(SETTLE_S)
    began_s, before_s = monotonic(), processor_s(daemon.pid)
    Event().wait(window_s)
    took_s, used_s = monotonic() - began_s, processor_s(daemon.pid) - before_s
    return {
        "subject": subject,
        "sessions": sessions,
        "window_s": round(took_s, 1),
        "cpu_percent": round(100.0 * used_s / took_s, 2),
        "rss_mb": round(resident_bytes(daemon.pid) / 1e6, 1),
        **LIMITS,
    }


def processor_s(pid: int) -> float:
    """Time on a processor of all threads of a process, to the nanosecond (proc(5), schedstat)."""
    threads = Path(f"/proc/{pid}/task").iterdir()
    return sum(int((thread / "schedstat").read_text().split()[0]) for thread in threads) / 1e9


def resident_bytes(pid: int) -> int:
    """Memory of the process alone, shared pages included."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    resident = next(line for line in lines if line.startswith("VmRSS:"))
    return int(resident.split()[1]) * 1024


if __name__ == "__main__":
    main()
