"""The sessions of a registry: the switchboard above, the table below."""

from collections import Counter
from datetime import datetime

from markupsafe import Markup

from actors.epp import ConnectionHealth, RegistryHealth
from web.actions import RESTART
from web.components import Column, Lamp, Row, badge, switchboard, table
from web.components.button import action_button
from web.element import element, join
from web.formatting import NOTHING, count, duration, moment, words
from web.fragment import Fragment, fragment
from web.pages.epp.states import connection_tone

_COLUMNS = (
    Column("Slot", width=6),
    Column("State", width=14),
    Column("Doing", width=17, code=True),
    Column("In state", width=9, number=True, moves=False),
    Column("Session", width=9, number=True, moves=False),
    Column("Commands", width=11, number=True),
    Column("Idle", width=8, number=True, moves=False),
    Column("Code", width=7, number=True),
    Column("Last clTRID", width=18, code=True),
    Column("Restarts", width=9, number=True),
    Column("Why the last one ended"),
    Column("", width=9),
)


def lamps(registry: RegistryHealth) -> Fragment:
    """One lamp per slot."""
    return switchboard(
        f"epp/{registry.name}/switchboard",
        [
            Lamp(str(one.slot), one.path, f"{one.slot}: {_said(one)}", connection_tone(one.state))
            for one in registry.connections
        ],
        label=f"Sessions of {registry.name}",
    )


def connections(registry: RegistryHealth, *, now: datetime) -> Fragment:
    """The table, foldable, with the peers it talks to in its summary."""
    id_ = f"epp/{registry.name}/connections"
    return fragment(
        "details",
        f"{id_}/fold",
        fragment("summary", f"{id_}/peers", element("h3", "Connections"), _peers(registry)),
        table(
            id_,
            _COLUMNS,
            [_row(one, now=now) for one in registry.connections],
            caption=f"Connections of {registry.name}",
            empty="No connection yet: the pool is starting.",
        ),
        open=True,
    )


def _row(one: ConnectionHealth, *, now: datetime) -> Row:
    tone = connection_tone(one.state)
    return Row(
        one.path,
        (
            element("a", one.slot, href=f"/tree?path={one.path}", title=_peer(one)),
            badge(words(one.state), tone, quiet=True),
            one.doing or NOTHING,
            duration(one.since_s),
            duration(one.age_s),
            count(one.commands),
            duration(one.idle_s),
            count(one.last_code).replace(",", ""),
            element("span", one.last_cltrid or NOTHING, title=one.last_cltrid),
            count(one.restarts),
            _exit(one, now=now),
            action_button(RESTART, one.path),
        ),
        tone if tone in ("warn", "bad") else None,
    )


def _exit(one: ConnectionHealth, *, now: datetime) -> Markup | str:
    """Why the predecessor ended and, while waiting, when the next attempt comes."""
    retry = None if one.retry_in_s is None else f"again in {duration(one.retry_in_s)}"
    text = " · ".join(part for part in (retry, one.last_exit) if part)
    when = f"{moment(one.last_exit_at, now=now)} " if one.last_exit_at else ""
    return element("span", element("time", when), text, title=text) if text else NOTHING


def _said(one: ConnectionHealth) -> str:
    doing = f" with {one.doing}" if one.doing else ""
    return f"{words(one.state)}{doing}, for {duration(one.since_s)}"


def _peers(registry: RegistryHealth) -> Markup | str:
    """The distinct ends of the connections, each with how many use it."""
    peers = Counter(_peer(one) for one in registry.connections if one.remote)
    return join(*(element("span", f"{number} to {peer}") for peer, number in peers.items()))


def _peer(one: ConnectionHealth) -> str | None:
    return " ".join(part for part in (one.remote, one.tls) if part) or None
