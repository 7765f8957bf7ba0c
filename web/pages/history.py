"""Restarts and lost answers: the tables of what went wrong, shared by pages."""

from collections.abc import Sequence
from datetime import datetime

from actors.epp import UnknownTransform
from runtime.snapshot import RestartRecord
from web.components import Column, Row, badge, table, timestamp
from web.element import element
from web.formatting import duration
from web.fragment import Fragment

_RESTARTS = (
    Column("When", "UTC", width=18),
    Column("Actor", width=36, code=True),
    Column("Why it ended"),
    Column("Attempt", width=9, number=True),
    Column("Back after", width=17),
)

_UNKNOWNS = (
    Column("clTRID", width=26, code=True),
    Column("Registry", width=12),
    Column("Command", width=18, code=True),
    Column("Object", width=22),
    Column("Sent", "UTC", width=18),
    Column("Age", width=9, number=True, moves=False),
    Column("Why unknown"),
)


def restarts(id_: str, records: Sequence[RestartRecord], *, now: datetime) -> Fragment:
    """The latest restarts, newest first."""
    return table(
        id_,
        _RESTARTS,
        [_restart_row(id_, record, now=now) for record in records],
        caption="Recent restarts",
        empty="No restart is on record.",
    )


def unknowns(id_: str, transforms: Sequence[UnknownTransform], *, now: datetime) -> Fragment:
    """Transforms whose answer was lost."""
    return table(
        id_,
        _UNKNOWNS,
        [
            Row(
                f"{id_}/{one.cltrid}",
                (
                    one.cltrid,
                    one.registry,
                    one.command,
                    one.object_name,
                    timestamp(one.sent_at, now=now),
                    duration((now - one.sent_at).total_seconds()),
                    element("span", one.reason, title=one.reason),
                ),
                "warn",
            )
            for one in transforms
        ],
        caption="Transforms whose answer was lost",
        empty="None: every transform has its answer.",
    )


def _restart_row(id_: str, record: RestartRecord, *, now: datetime) -> Row:
    back = record.recovered_after_s
    return Row(
        f"{id_}/{record.path}/{record.at.timestamp()}/{record.attempt}",
        (
            timestamp(record.at, now=now),
            element("a", record.path, href=f"/tree?path={record.path}"),
            element("span", record.reason, title=record.reason),
            record.attempt,
            badge("not yet", "warn", quiet=True)
            if back is None
            else badge(duration(back), "good", quiet=True),
        ),
        "warn" if back is None else None,
    )
