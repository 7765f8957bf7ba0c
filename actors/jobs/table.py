"""What the table of jobs is: made by which Oban, of which version, and whether we know it."""

from dataclasses import dataclass

import asyncpg

KNOWN_VERSIONS = range(12, 16)
"""Oban for Elixir 2.17 to 2.22. Version 11 and older notify by a trigger of their own and take
three priorities only. Source: lib/oban/migrations/postgres in oban-bg/oban."""

_COLUMNS = frozenset(
    {
        "id bigint",
        "state oban_job_state",
        "queue text",
        "worker text",
        "args jsonb",
        "meta jsonb",
        "tags text[]",
        "attempted_by text[]",
        "inserted_at timestamp without time zone",
        "scheduled_at timestamp without time zone",
        "attempted_at timestamp without time zone",
        "completed_at timestamp without time zone",
        "cancelled_at timestamp without time zone",
        "discarded_at timestamp without time zone",
    }
)
_STATES = frozenset(
    {"available", "scheduled", "executing", "retryable", "completed", "discarded", "cancelled"}
)
_ERRORS_OF_ELIXIR = "errors jsonb[]"
_ERRORS_OF_PYTHON = "errors jsonb"


@dataclass(frozen=True, slots=True)
class KnownTable:
    """It can be worked with."""

    label: str
    """`Oban 15`, or `Oban for Python`."""
    has_unique_index: bool


@dataclass(frozen=True, slots=True)
class UnknownTable:
    """It must not be touched."""

    reason: str


def judge_table(row: asyncpg.Record) -> KnownTable | UnknownTable:
    """Read the row of `inspect_table.sql`."""
    if not row["present"]:
        return UnknownTable("there is no table oban_jobs")
    version: str | None = row["version"]
    columns, states = set(row["columns"]), set(row["states"])
    known = f"this release knows {KNOWN_VERSIONS[0]} to {KNOWN_VERSIONS[-1]}"
    if version is not None and not version.isdecimal():
        return UnknownTable(f"the table oban_jobs has the comment {version!r}, where {known}")
    if version is not None and int(version) not in KNOWN_VERSIONS:
        return UnknownTable(f"the table oban_jobs is of Oban's version {version}; {known}")
    errors = _ERRORS_OF_PYTHON if version is None else _ERRORS_OF_ELIXIR
    missing = sorted((_COLUMNS | {errors}) - columns)
    if missing:
        return UnknownTable(f"the table oban_jobs has no column {missing[0]}")
    if not states >= _STATES:
        return UnknownTable(f"oban_job_state has no {min(_STATES - states)}")
    label = "Oban for Python" if version is None else f"Oban {version}"
    return KnownTable(label, bool(row["has_unique_index"]))
