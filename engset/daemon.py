"""The long-running daemon: started, announced, drained, stopped.

Start: read the configuration, take the data directory, prepare the practice registries, start the
tree, say where the doors are. Stop (SIGTERM, SIGINT, `engset shutdown`): not ready any more, take
no new commands, finish those in hand, log the sessions out, stop the tree from last to first.
A second signal waits for nothing but the stop of the tree. A first one that comes during the start
is obeyed as soon as everything is up.
"""

import asyncio
import signal
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from secrets import token_hex

import structlog

from actors.control import Desk, Logbook
from actors.control.ssh_server import DescribeDoors
from actors.control.ssh_settings import SshSettings
from actors.epp import Drain, Registries, RegistrySettings, tls_context
from actors.jobs import Jobs
from actors.sandbox import DatabaseRepository, Practice, find_schemas, parse_fault
from actors.store import Restarted
from engset.backend import DaemonBackend
from engset.config import (
    Configuration,
    effective,
    parse_address,
    to_jobs_settings,
    to_registry_settings,
)
from engset.node import Node
from engset.ports import DaemonPorts
from engset.practice import practice_registries, practice_settings
from engset.workers import load_workers
from protocols.epp import TransactionIds
from runtime import (
    Actor,
    CallError,
    ChildSpec,
    Crashed,
    Down,
    ExitReason,
    Ref,
    RestartRecord,
    StartError,
    StartFailed,
    System,
)
from store import Database, DatabaseUnreachable
from supervisors import ChildStartFailed
from supervisors.control import control_tree
from supervisors.epp import epp_tree, registry_child
from supervisors.jobs import jobs_tree
from supervisors.root import ROOT, root_supervisor
from supervisors.sandbox import practice_child, sandbox_tree
from supervisors.store import store_tree
from supervisors.web import web_tree
from web.accounts import StoredAccounts
from web.server import Listen, WhereIsIt

DRAIN_S = 20.0
"""How long commands in hand may take when the daemon stops."""

log = structlog.get_logger("engset")


class StartRefused(Exception):
    """The tree did not start; the text says why, for the operator."""


class Hurried(Exception):
    """A second signal came: what was under way is cut short."""


class Daemon:
    """One run of the daemon, from `start` to `stop`."""

    def __init__(self, configuration: Configuration, system: System, logbook: Logbook) -> None:
        """Take the data directory. Raises DataDirectoryTaken, OSError."""
        self.configuration = configuration
        self.system = system
        self.node = Node(configuration.data_dir)
        self.stopping = asyncio.Event()
        self.practices: tuple[Practice, ...] = ()
        self._database = Database()
        self._accounts = StoredAccounts(self._database)
        self._root: Ref | None = None
        self._signals = 0
        self._patience: asyncio.Timeout | None = None
        settings = self._registries()
        self.registries = Registries(system, settings)
        self.jobs = Jobs(
            system,
            self._database,
            to_jobs_settings(configuration),
            load_workers(configuration.jobs.workers),
        )
        ports = DaemonPorts(
            system,
            self.registries,
            self.jobs,
            logbook=logbook,
            effective=effective(configuration),
            login_link=self.login_link,
            drain=self.drain,
            shutdown=self.stopping.set,
        )
        self._desk = Desk(ports)
        self._backend = DaemonBackend(system, self.registries, self.jobs, self._desk)

    def _registries(self) -> list[RegistrySettings]:
        """The configured registries, and those of the sandbox."""
        configuration = self.configuration
        settings = [
            to_registry_settings(name, section) for name, section in configuration.registry.items()
        ]
        if configuration.runs_practice_registries:
            self.practices = practice_registries(
                self.node.data_dir / "sandbox", self.system.clock.now(), self.system.random
            )
            settings.extend(practice_settings(practice) for practice in self.practices)
        return settings

    # The tree.

    async def start(self) -> None:
        """Start the tree, and listen to signals from now on.

        Raises StartRefused with the reason when a part of it cannot start; Hurried.
        """
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._on_signal)
        self.system.telemetry.on_restart(self._archive)
        try:
            async with self._unless_hurried():
                self._root = await self.system.start(root_supervisor(self._rooms()), name=ROOT)
        except StartFailed as error:
            raise StartRefused(_root_cause(error.reason)) from error

    def _rooms(self) -> list[ChildSpec]:
        data_dir = self.node.data_dir
        store = store_tree(
            self.system,
            self._database,
            url=self.configuration.store.url,
            data_dir=data_dir,
            node=self.node.name,
        )
        rooms = [store, self._control_room(), self._jobs_room()]
        if self.practices:
            rooms.append(sandbox_tree(map(self._practice_room, self.practices)))
        rooms.append(epp_tree(map(self._registry_room, self.registries.settings.values())))
        address = parse_address(self.configuration.web.listen)
        rooms.append(
            web_tree(
                Listen(address.host, address.port), backend=self._backend, accounts=self._accounts
            )
        )
        return rooms

    def _control_room(self) -> ChildSpec:
        control = self.configuration.control
        below = self.node.data_dir
        address = parse_address(control.ssh_listen)
        ssh = SshSettings(
            directory=below / "control",
            authorized_keys=below / control.authorized_keys,
            listen=(address.host, address.port),
            socket=below / "control" / "ssh.sock",
            web_port=lambda: parse_address(self.configuration.web.listen).port or None,
        )
        return control_tree(self._desk, socket=below / control.socket, ssh=ssh)

    def _jobs_room(self) -> ChildSpec:
        jobs = self.jobs
        return jobs_tree(self._database, jobs.settings, jobs.workers, node=self.node.name)

    def _practice_room(self, practice: Practice) -> ChildSpec:
        faults = tuple(
            parse_fault(text)
            for name, _, text in (each.partition(":") for each in self.configuration.sandbox.faults)
            if name.strip() == practice.name
        )
        repository = DatabaseRepository(
            self._database, registry=f"{self.node.name}/{practice.name}"
        )
        schemas = self.configuration.sandbox.schemas
        return practice_child(
            practice,
            repository,
            schemas=None if schemas is None else find_schemas(Path(schemas)),
            faults=faults,
        )

    def _registry_room(self, settings: RegistrySettings) -> ChildSpec:
        return registry_child(
            settings,
            tls=tls_context(settings),
            cltrids=TransactionIds(f"E{token_hex(6)}"),
            database=self._database,
            node=self.node.name,
            run_id=self.node.run_id,
        )

    def _archive(self, record: RestartRecord) -> None:
        archive = self.system.whereis("store/archive")
        if archive is not None:
            archive.cast(Restarted(record))

    # Doors.

    async def login_link(self, name: str, role: str) -> str:
        """A one-time link to the pages. Raises DatabaseUnreachable, CallError."""
        token = await self._accounts.issue_link(name=name, role=role)
        url = await self.system.call("web/server", WhereIsIt())
        return f"{url}/login?token={token}"

    async def announcement(self) -> str:
        """What an operator wants to know when the daemon has started."""
        lines = ["", "Engset is running.", ""]
        try:
            lines.append(f"  page     {await self.login_link('admin', 'admin')}")
        except (DatabaseUnreachable, CallError) as error:
            lines.append(f"  page     no link yet ({error}); try `engset login`")
        doors = await self.system.call("control/ssh", DescribeDoors())
        socket = self.node.data_dir / self.configuration.control.socket
        lines += [f"  control  engset tree   (socket {socket})", f"  ssh      {doors.hint}"]
        for practice in self.practices:
            zones = ", ".join(f".{zone}" for zone in practice.settings.zones)
            account = practice.account
            lines.append(
                f"  practice registry {practice.name} ({zones}) on {practice.host}:{practice.port},"
                f" account {account.client_id} / {account.password}"
            )
        if self.practices:
            lines += ["", "  Nothing real is configured; try: engset domain check example.com"]
        return "\n".join([*lines, ""])

    # The end.

    async def drain(self) -> None:
        """Begin no new job and take no new command, finish those in hand, log the sessions out.

        Idempotent. Jobs go first: what they do may need a registry.
        """
        self._backend.draining = True
        log.info("daemon.draining", within_s=self.jobs.settings.drain_s + DRAIN_S)
        put_back = await self.jobs.drain()
        if put_back:
            log.warning("jobs.put_back", jobs=put_back, within_s=self.jobs.settings.drain_s)
        await asyncio.gather(*map(self._drain_pool, self.registries.settings.values()))
        log.info("daemon.drained")

    async def _drain_pool(self, settings: RegistrySettings) -> None:
        try:
            finished = await self.system.call(
                settings.pool_path, Drain(DRAIN_S), timeout_s=DRAIN_S + 5.0
            )
        except CallError as error:
            log.warning("registry.not_drained", registry=settings.name, reason=str(error))
            return
        if not finished:
            log.warning("registry.cut_off", registry=settings.name, within_s=DRAIN_S)

    async def stop(self) -> None:
        """Stop the tree, last to first, and let the data directory go."""
        if self._root is not None and self._root.alive:
            await self._root.stop()
        self.node.release()

    async def run_until_stopped(self) -> int:
        """Wait for a signal, `shutdown`, or the death of the root; returns the exit status.

        Raises Hurried.
        """
        assert self._root is not None
        self.system.spawn(partial(RootWatch, self._root, self.stopping))
        await self.stopping.wait()
        if not self._root.alive:
            log.error("daemon.gave_up", reason=str(self._root.exit_reason))
            return 1
        async with self._unless_hurried():
            await self.drain()
        return 0

    def _on_signal(self) -> None:
        self._signals += 1
        self.stopping.set()
        if self._signals > 1 and self._patience is not None:
            log.warning("daemon.hurried")
            self._patience.reschedule(asyncio.get_running_loop().time())

    @asynccontextmanager
    async def _unless_hurried(self) -> AsyncGenerator[None]:
        """Let a second signal cut short what is done in here. Raises Hurried."""
        try:
            async with asyncio.timeout(0.0 if self._signals > 1 else None) as self._patience:
                yield
        except TimeoutError:
            if self._signals < 2:
                raise
            raise Hurried from None
        finally:
            self._patience = None


class RootWatch(Actor):
    """Ends the daemon when the root has given up: there is nobody above it to restart it."""

    def __init__(self, root: Ref, stopping: asyncio.Event) -> None:
        self._root = root
        self._stopping = stopping

    def init(self) -> None:
        """Watch."""
        self.monitor(self._root)

    def handle_info(self, message: object) -> object:
        """The root is dead."""
        match message:
            case Down():
                return self._stopping.set()
            case _:
                return self.unhandled(message)


def _root_cause(reason: ExitReason) -> str:
    """The innermost reason of a start that failed several supervisors down."""
    match reason:
        case Crashed(error=ChildStartFailed(reason=inner) | StartFailed(reason=inner)):
            return _root_cause(inner)
        case Crashed(error=StartError() as error):
            return str(error)
        case _:
            return str(reason)
