"""Makes the pictures of `docs/images` anew: `python -m tests.acceptance.screenshots`.

A daemon of its own is given a few minutes of a registrar's traffic, so that the graphs have
something to show; then a connection is killed and an answer is lost.
"""

import argparse
import asyncio
import sys
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from math import pi, sin
from pathlib import Path
from random import Random
from threading import Event, Thread
from typing import Literal

from playwright.async_api import Browser, Page, ViewportSize

from tests.acceptance.chromium import chromium, sign_in, until_live
from tests.support.daemon import RunningDaemon, running_daemon

IMAGES = Path(__file__).parents[2] / "docs" / "images"
MAX_BYTES = 250_000

_GRAPH_S = 310.0
"""What a sparkline shows, and a little more."""
_WORDS = ("harbour", "lantern", "north", "quiet", "copper", "meadow", "atlas", "ember", "violet")
_SLOWNESS = (
    "latency seconds=0.55 probability=0.02",
    "latency seconds=0.16 probability=0.12",
    "latency seconds=0.07 probability=0.4",
    "latency seconds=0.03",
)
"""A registry that is far away, and now and then busy."""


@dataclass(frozen=True, slots=True)
class Shot:
    """One way to look at the pages."""

    name: str
    scheme: Literal["light", "dark"]
    viewport: ViewportSize
    scale: float = 1.0


SHOTS = (
    Shot("light", "light", {"width": 1280, "height": 1440}),
    Shot("dark", "dark", {"width": 1280, "height": 1440}),
    Shot("phone", "light", {"width": 390, "height": 844}, 2.0),
)
PAGES = {"overview": "/", "epp": "/epp"}


class Customer(Thread):
    """Types one command after the other, slower and faster as the day goes."""

    def __init__(self, daemon: RunningDaemon, random: Random, zones: str, ended: Event) -> None:
        super().__init__()
        self._daemon = daemon
        self._random = random
        self._zones = zones.split()
        self._ended = ended
        self._own: list[str] = []

    def run(self) -> None:
        turn = self._random.random() * 2 * pi
        while not self._ended.is_set():
            self._daemon.ask(*self._command(), "--yes")
            turn += 0.02
            self._ended.wait(self._random.expovariate(1 / (0.35 + 0.3 * sin(turn))))

    def _command(self) -> tuple[str, ...]:
        name = self._domain()
        dice = self._random.random()
        if dice < 0.12 and name.endswith("com"):
            self._own.append(name)
            return ("domain", "create", name)
        if dice < 0.16 and self._own:
            return (
                "domain",
                "update",
                self._random.choice(self._own),
                "--add-status",
                "clientHold",
            )
        if dice < 0.32:
            return ("domain", "info", self._random.choice([*self._own[-6:], name]))
        return ("domain", "check", name, self._domain())

    def _domain(self) -> str:
        words = self._random.sample(_WORDS, 2)
        return f"{'-'.join(words)}-{self._random.randrange(200)}.{self._random.choice(self._zones)}"


@contextmanager
def traffic(daemon: RunningDaemon) -> Generator[None]:
    """Customers of both registries, for the length of the block."""
    ended = Event()
    zones = ("com com net", "com net", "com", "com org", "org", "com", "net com")
    customers = [
        Customer(daemon, Random(number), served, ended) for number, served in enumerate(zones)
    ]
    for customer in customers:
        customer.start()
    try:
        yield
    finally:
        ended.set()
        for customer in customers:
            customer.join()


def break_something(daemon: RunningDaemon) -> None:
    """One connection is killed, and the answer to one registration is lost."""
    daemon.ask("stop", "epp/verisign/connections/4", "--kill", "--yes")
    daemon.ask("fault", "verisign", "--clear")
    daemon.ask("fault", "verisign", "cut-after-effect times=1 command=domain:create")
    daemon.ask("domain", "create", "harbour-lights.com", "--yes")
    slow_down(daemon, "verisign")


def slow_down(daemon: RunningDaemon, registry: str) -> None:
    """Arm the latencies of the queries and of the transforms."""
    for command in ("domain:check", "domain:info", "domain:create", "domain:update"):
        for fault in _SLOWNESS:
            daemon.ask("fault", registry, f"{fault} command={command}")


@asynccontextmanager
async def tab(browser: Browser, daemon: RunningDaemon, shot: Shot) -> AsyncGenerator[Page]:
    """A signed-in page that looks that way."""
    context = await browser.new_context(
        viewport=shot.viewport, color_scheme=shot.scheme, device_scale_factor=shot.scale
    )
    yield await sign_in(context, daemon.json("login")["url"])
    await context.close()


async def take(daemon: RunningDaemon, folder: Path) -> list[Path]:
    """Every page, looked at in every way."""
    taken: list[Path] = []
    async with chromium() as browser:
        for shot in SHOTS:
            async with tab(browser, daemon, shot) as page:
                for name, path in PAGES.items():
                    await page.goto(f"{daemon.url}{path}")
                    await until_live(page)
                    taken.append(folder / f"{name}-{shot.name}.png")
                    await page.screenshot(path=taken[-1], animations="disabled")
    return taken


def main() -> int:
    """Make them; fails when one is too big to be kept in a repository."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=_GRAPH_S, help="of traffic beforehand")
    parser.add_argument("--folder", type=Path, default=IMAGES)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    with running_daemon() as daemon:
        daemon.until_up("verisign", "pir")
        for registry in ("verisign", "pir"):
            slow_down(daemon, registry)
        with traffic(daemon):
            Event().wait(options.seconds)
            break_something(daemon)
            taken = asyncio.run(take(daemon, options.folder))
    sizes = {path: path.stat().st_size for path in taken}
    for path, size_bytes in sizes.items():
        sys.stdout.write(f"{size_bytes:8,} {path}\n")
    return int(max(sizes.values()) > MAX_BYTES)


if __name__ == "__main__":
    sys.exit(main())
