"""One registry: its state in words, four panels, its answers, its connections."""

from datetime import datetime

from actors.epp import RegistryHealth, ResponseTimes
from web.components import (
    Reading,
    Tone,
    badge,
    notice,
    panel,
    readings_list,
    sparkline,
    tone_of,
    worst,
)
from web.element import element
from web.formatting import count, duration, milliseconds, percent, rate
from web.fragment import Fragment, fragment
from web.pages.epp.answers import codes, times
from web.pages.epp.connections import connections, lamps
from web.pages.epp.states import registry_label, registry_tone


def section(registry: RegistryHealth, *, now: datetime) -> Fragment:
    """The whole of one registry; its id is the path of its supervisor."""
    id_ = f"epp/{registry.name}"
    return fragment(
        "section",
        id_,
        _head(registry),
        notice(f"{id_}/why", registry.why, tone=worst("warn", registry_tone(registry.state))),
        fragment(
            "div",
            f"{id_}/panels",
            _sessions(registry),
            _utilisation(registry),
            _commands(registry),
            _queries(registry),
            class_="panels",
        ),
        fragment("div", f"{id_}/answers", times(registry), codes(registry), class_="pair"),
        connections(registry, now=now),
        class_="registry",
        aria_labelledby=f"{id_}/name",
    )


def _head(registry: RegistryHealth) -> Fragment:
    id_ = f"epp/{registry.name}"
    zones = " ".join(f".{zone}" for zone in registry.zones)
    return fragment(
        "header",
        f"{id_}/head",
        element("h2", registry.name, id=f"{id_}/name"),
        badge(registry_label(registry.state), registry_tone(registry.state)),
        element("p", zones, element("span", f"{registry.host}:{registry.port}"), class_="where"),
        readings_list(
            (
                Reading("reconnects", count(registry.reconnects)),
                Reading("time-outs", count(registry.timeouts)),
                Reading("broken frames", count(registry.protocol_errors)),
                Reading("unknown", _unknowns(registry)),
            )
        ),
    )


def _unknowns(registry: RegistryHealth) -> str:
    if not registry.unknowns:
        return "0"
    return f"{registry.unknowns}, oldest {duration(registry.oldest_unknown_s)}"


def _sessions(registry: RegistryHealth) -> Fragment:
    sessions = registry.sessions
    return panel(
        f"epp/{registry.name}/sessions",
        "Sessions ready",
        count(sessions.ready),
        f"of {sessions.wanted}",
        (
            Reading("busy", count(sessions.busy)),
            Reading("wanted", count(sessions.wanted)),
            Reading("allowed", count(sessions.allowed)),
        ),
        picture=lamps(registry),
        accent="first",
        tone=None if sessions.ready >= sessions.wanted else "warn" if sessions.ready else "bad",
    )


def _utilisation(registry: RegistryHealth) -> Fragment:
    id_ = f"epp/{registry.name}/utilisation"
    return panel(
        id_,
        "Utilisation",
        percent(registry.utilisation_5s),
        "%",
        (
            Reading("1 min", f"{percent(registry.utilisation_1m)} %"),
            Reading("5 min", f"{percent(registry.utilisation_5m)} %"),
        ),
        picture=sparkline(
            f"{id_}/past",
            registry.utilisation_history,
            top=1.0,
            title="Utilisation over the last 5 minutes, 0 to 100 %",
        ),
        accent="first",
    )


def _commands(registry: RegistryHealth) -> Fragment:
    id_ = f"epp/{registry.name}/commands"
    waiting = registry.oldest_waiter_s
    return panel(
        id_,
        "Commands",
        rate(registry.commands_per_s),
        "/s",
        (
            Reading("waiting", count(registry.queue)),
            Reading("oldest", duration(waiting)),
        ),
        picture=sparkline(
            f"{id_}/past",
            registry.rate_history,
            top=1.0,
            title="Commands per second over the last 5 minutes",
        ),
        accent="first",
        tone="warn" if waiting is not None and waiting > 10 else None,
    )


def _queries(registry: RegistryHealth) -> Fragment:
    id_ = f"epp/{registry.name}/queries"
    query = next((one for one in registry.times if one.command_class == "query"), None)
    return panel(
        id_,
        "Query p95",
        milliseconds(query.p95_ms if query else None),
        "ms",
        _query_readings(query),
        picture=sparkline(
            f"{id_}/past",
            registry.p95_history,
            top=10.0,
            title="95th percentile of query times over the last 5 minutes",
            limit=query.slr_ms if query else None,
        ),
        accent="second",
        tone=_alarm(query),
    )


def _query_readings(query: ResponseTimes | None) -> tuple[Reading, ...]:
    if query is None:
        return ()
    return (
        Reading("p50", milliseconds(query.p50_ms)),
        Reading("p99", milliseconds(query.p99_ms)),
        Reading("SLR", milliseconds(query.slr_ms)),
    )


def _alarm(query: ResponseTimes | None) -> Tone | None:
    tone = tone_of(query.p95_ms, limit_ms=query.slr_ms) if query else "off"
    return tone if tone in ("warn", "bad") else None
