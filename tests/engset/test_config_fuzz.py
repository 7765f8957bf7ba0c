"""Whatever is written in TOML: a configuration, or a list of faults, and never anything else."""

import json
from dataclasses import fields
from typing import Any, get_type_hints

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actors.jobs import NewJob
from engset.config import (
    BadConfiguration,
    Configuration,
    CronSection,
    QueueSection,
    RegistrySection,
    configure,
    effective,
    load,
    to_jobs_settings,
)
from engset.config.sections import SECTIONS, TOP_LEVEL
from tests.engset.configurations import GOOD, NOW

CLOCK = {"expression": "0 3 * * *", "worker": "engset.Rehearsal"}
TELLING = ["none", "127.0.0.1:0", "a:b", "com", "postgresql://[", "/dev/null", "/etc", "\0", "."]

SCALARS = (
    st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(TELLING)
    | st.dates()
    | st.times()
    | st.datetimes()
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


def tables(kind: type[object]) -> st.SearchStrategy[dict[str, Any]]:
    """Sections in which some keys are right, some are wrong, and some are unknown."""
    known = list(get_type_hints(kind))
    return st.dictionaries(st.sampled_from(known) | st.text(max_size=8), VALUES, max_size=6)


REGISTRIES = st.dictionaries(
    st.sampled_from(["verisign", "pir", "pool"]) | st.text(max_size=8),
    tables(RegistrySection).map(lambda wrong: {**GOOD, **wrong}) | VALUES,
    max_size=3,
)
QUEUES = st.dictionaries(
    st.sampled_from(["default", "mail"]) | st.text(max_size=8),
    tables(QueueSection) | VALUES,
    max_size=3,
)
ENTRIES = st.dictionaries(
    st.sampled_from(["nightly"]) | st.text(max_size=8),
    tables(CronSection).map(lambda wrong: {**CLOCK, **wrong}) | VALUES,
    max_size=3,
)
DOCUMENTS = st.fixed_dictionaries(
    {},
    optional={
        **{name: tables(kind) | VALUES for name, kind in SECTIONS.items()},
        "data_dir": VALUES,
        "registry": REGISTRIES | VALUES,
        "queue": QUEUES | VALUES,
        "cron": ENTRIES | VALUES,
        "provider": VALUES,
    },
)

unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def require_reasons(error: BadConfiguration) -> None:
    assert error.problems
    assert all(problem.key.strip() and problem.reason for problem in error.problems)


def examine(document: dict[str, Any]) -> None:
    try:
        configuration = configure(document, now=NOW)
    except BadConfiguration as error:
        require_reasons(error)
    else:
        json.dumps(effective(configuration))
        require_settings(configuration)


def require_settings(configuration: Configuration) -> None:
    """What the room of jobs is given is what it can work with."""
    for entry in to_jobs_settings(configuration).clock:
        NewJob(worker=entry.worker, args=entry.args, queue=entry.queue or "default")


@unhurried
@given(DOCUMENTS)
def test_a_document_is_good_or_has_faults(document: dict[str, Any]) -> None:
    examine(document)


@unhurried
@given(st.dictionaries(st.sampled_from(TOP_LEVEL) | st.text(), VALUES, max_size=4))
def test_so_is_one_that_makes_no_sense(document: dict[str, Any]) -> None:
    examine(document)


KEYS = [
    *(f"registry.x.{each.name}" for each in fields(RegistrySection)),
    *(f"queue.x.{each.name}" for each in fields(QueueSection)),
    *(f"cron.x.{each.name}" for each in fields(CronSection)),
]
MORE_KEYS = [
    "web.listen",
    "control.socket",
    "sandbox.faults",
    "sandbox.schemas",
    "store.url",
    "data_dir",
    "web",
    "x.y.z",
]


@unhurried
@given(
    st.lists(
        st.builds(
            "{}={}".format, st.sampled_from(KEYS + MORE_KEYS), st.text() | st.sampled_from(TELLING)
        )
        | st.text(),
        max_size=4,
    )
)
def test_and_so_is_a_command_line(overrides: list[str]) -> None:
    try:
        load(overrides=overrides, now=NOW)
    except BadConfiguration as error:
        require_reasons(error)
