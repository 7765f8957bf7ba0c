"""Tables, as Markdown and as JSON."""

import argparse
import json

import pytest

from benchmarks.report import Table, markdown, medians, show

TABLE = Table(
    "Two",
    [{"name": "one", "rate": 1234.5}, {"name": "other", "rate": None}],
    {"name": "who", "rate": "per s"},
)


def flags(*, as_json: bool = False, as_markdown: bool = False) -> argparse.Namespace:
    return argparse.Namespace(json=as_json, markdown=as_markdown)


def test_markdown_aligns_figures_to_the_right() -> None:
    assert markdown(TABLE).splitlines() == [
        "| who | per s |",
        "| --- | ---: |",
        "| one | 1,234 |",
        "| other | - |",
    ]


def test_the_document_names_machine_commit_and_who_is_missing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    show(
        [TABLE, Table("More", [{"x": 1.0}], {"x": "x"}, key="more")], ["peer"], flags(as_json=True)
    )
    document = json.loads(capsys.readouterr().out)
    assert document.keys() == {"title", "machine", "commit", "rows", "more", "columns", "missing"}
    assert document["columns"]["more"] == {"x": "x"}
    assert document["rows"][0] == {"name": "one", "rate": 1234.5}
    assert document["missing"] == ["peer"]


def test_who_is_missing_is_said_below_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    show([TABLE], ["peer: not installed"], flags(as_markdown=True))
    assert capsys.readouterr().out.endswith("not compared: peer: not installed\n")
    show([TABLE], [], flags())
    shown = capsys.readouterr().out
    assert "1,234" in shown
    assert "not compared" not in shown


def test_a_figure_that_was_missing_once_has_no_median() -> None:
    rounds: list[dict[str, float | None]] = [
        {"a": 1.0, "b": 1.0},
        {"a": 5.0, "b": None},
        {"a": 2.0, "b": 3.0},
    ]
    assert medians(rounds) == {"a": 2.0, "b": None}
