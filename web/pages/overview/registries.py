"""Every registry in one line, leading to its section on the EPP page."""

from collections.abc import Sequence

from actors.epp import RegistryHealth
from web.components import Column, Row, badge, meter, table
from web.element import element
from web.formatting import count, milliseconds, percent, rate
from web.fragment import Fragment
from web.pages.epp import registry_label, registry_tone

_COLUMNS = (
    Column("Registry", width=13),
    Column("State", width=13),
    Column("Ready", width=10, number=True),
    Column("Utilisation", "%", width=12, number=True),
    Column("in the last 5 s", width=14),
    Column("Commands", "/s", width=12, number=True),
    Column("Query p95", "ms", width=12, number=True),
    Column("Waiting", width=8, number=True),
    Column("Unknown", width=9, number=True),
    Column("Reconnects", width=10, number=True),
    Column("Why"),
)


def registries(id_: str, all_of_them: Sequence[RegistryHealth]) -> Fragment:
    """One row per registry."""
    return table(
        id_,
        _COLUMNS,
        [_row(id_, registry) for registry in all_of_them],
        caption="Registries",
        empty="No registry is configured.",
    )


def _row(id_: str, registry: RegistryHealth) -> Row:
    tone = registry_tone(registry.state)
    sessions = registry.sessions
    query = next((one for one in registry.times if one.command_class == "query"), None)
    load = percent(registry.utilisation_5s)
    return Row(
        f"{id_}/{registry.name}",
        (
            element("a", registry.name, href=f"/epp#epp/{registry.name}"),
            badge(registry_label(registry.state), tone, quiet=True),
            f"{count(sessions.ready)} / {count(sessions.wanted)}",
            load,
            meter(registry.utilisation_5s, label=f"utilisation {load} %"),
            rate(registry.commands_per_s),
            milliseconds(query.p95_ms if query else None),
            count(registry.queue),
            count(registry.unknowns),
            count(registry.reconnects),
            element("span", registry.why, title=registry.why),
        ),
        tone if tone in ("warn", "bad") else None,
    )
