"""The page of performance and the tables that come into it."""

import json

import pytest

from benchmarks.performance_page import PAGE, Document, UnknownTable, filled
from benchmarks.report import Table, document

PAGE_BEFORE = "# How fast\n\nProse.\n\n<!-- runtime:rows -->\nold\n<!-- end -->\n\nMore prose.\n"


def a_document(missing: tuple[str, ...] = ()) -> Document:
    table = Table("Actors", [{"name": "plain", "rate": 5.0}], {"name": "who", "rate": "per s"})
    return Document.read(json.dumps(document([table], missing)))


def test_a_table_takes_the_place_of_the_old_one_and_prose_stays() -> None:
    page = filled(PAGE_BEFORE, lambda _: a_document())
    assert page.startswith("# How fast\n\nProse.\n\n<!-- runtime:rows -->\n\n| who | per s |\n")
    assert "| plain | 5 |" in page
    assert "old" not in page
    assert page.endswith("<!-- end -->\n\nMore prose.\n")


def test_it_can_be_filled_again_to_the_same_effect() -> None:
    once = filled(PAGE_BEFORE, lambda _: a_document())
    assert filled(once, lambda _: a_document()) == once


def test_machine_commit_and_who_is_missing_stand_below() -> None:
    read = a_document(("pykka: not installed",))
    page = filled(PAGE_BEFORE, lambda _: read)
    assert f"{read.machine}; commit `{read.commit}`. Not compared: pykka: not installed." in page


def test_each_benchmark_is_run_once_for_all_its_tables() -> None:
    asked: list[str] = []

    def ask(name: str) -> Document:
        asked.append(name)
        return a_document()

    filled(PAGE_BEFORE * 2, ask)
    assert asked == ["runtime"]


def test_a_table_that_no_benchmark_prints_is_refused() -> None:
    with pytest.raises(UnknownTable, match="runtime prints no table 'targets'"):
        filled(PAGE_BEFORE.replace("rows", "targets"), lambda _: a_document())


def test_every_place_of_the_page_is_filled() -> None:
    page = PAGE.read_text(encoding="utf-8")
    places = page.count("<!-- end -->")
    assert places > 0
    assert page.count("; commit `") == places
    assert page.count("| --- |") + page.count("| ---: |") >= places
