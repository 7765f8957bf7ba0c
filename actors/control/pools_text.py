"""The pools as text: a line of load and a table of connections for each registry."""

from typing import TYPE_CHECKING

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from actors.control.printable import printable

if TYPE_CHECKING:
    from actors.epp import ConnectionHealth, EppHealth, RegistryHealth

_STATES = {
    "up": "green",
    "idle": "green",
    "busy": "green",
    "degraded": "yellow",
    "draining": "yellow",
    "paused": "yellow",
    "backing_off": "yellow",
    "locked_out": "red",
    "down": "red",
}


def pools(health: "EppHealth") -> list[RenderableType]:
    """Every registry, then the transforms whose answer was lost."""
    parts: list[RenderableType] = []
    for registry in health.registries:
        parts += [*_headlines(registry), _connections(registry.connections), Text("")]
    for unknown in health.unknowns:
        said = f"{unknown.registry} {unknown.command} {unknown.object_name}: {unknown.reason}"
        parts.append(Text().append("unknown  ", "bold yellow").append(printable(said)))
        parts.append(Text(f"         sent {unknown.sent_at:%Y-%m-%d %H:%M:%S}  {unknown.cltrid}"))
    return parts or [Text("no registries", "dim")]


def _headlines(registry: "RegistryHealth") -> list[Text]:
    sessions = registry.sessions
    first = Text().append(printable(registry.name), "bold")
    first.append(f"  {registry.state.replace('_', ' ')}", _STATES.get(registry.state, "cyan"))
    first.append(f"  {registry.host}:{registry.port}  {' '.join(registry.zones)}", "dim")
    load = (
        f"  sessions {sessions.ready} ready, {sessions.busy} busy, {sessions.wanted} wanted,"
        f" {sessions.allowed} allowed · load {registry.utilisation_5s:.0%} 5 s,"
        f" {registry.utilisation_1m:.0%} 1 m, {registry.utilisation_5m:.0%} 5 m"
        f" · {registry.commands_per_s:.1f}/s · queue {registry.queue}"
        f" · unknown {registry.unknowns} · reconnects {registry.reconnects}"
    )
    lines = [first, Text(load)]
    if registry.why is not None:
        lines.append(Text(f"  {printable(registry.why)}", "yellow"))
    for times in registry.times:
        if times.p95_ms is not None:
            said = f"  {times.command_class}: p50 {times.p50_ms:.1f}, p95 {times.p95_ms:.1f},"
            said += f" p99 {times.p99_ms:.1f} ms of {times.slr_ms:.0f} ms; {times.count} commands"
            lines.append(Text(said, "red" if times.p95_ms > times.slr_ms else "dim"))
    return lines


def _connections(connections: "tuple[ConnectionHealth, ...]") -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 2))
    for heading in ("connection", "state", "age", "done", "idle", "code", "restarts"):
        table.add_column(heading, no_wrap=True)
    table.add_column("last exit", overflow="fold")
    for connection in connections:
        doing = "" if connection.doing is None else f" {printable(connection.doing)}"
        state = Text(connection.state.replace("_", " "), _STATES.get(connection.state, "cyan"))
        table.add_row(
            Text(printable(connection.path)),
            state.append(doing),
            _seconds(connection.age_s),
            str(connection.commands),
            _seconds(connection.idle_s),
            "-" if connection.last_code is None else str(connection.last_code),
            str(connection.restarts),
            Text(printable(connection.last_exit or "-")),
        )
    return table


def _seconds(value: float | None) -> str:
    return "-" if value is None else f"{value:.0f} s"
