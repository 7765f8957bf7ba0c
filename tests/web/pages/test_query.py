"""The state of a page in its URL."""

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

import web.pages.query
from web.pages import PAGES, REFRESH_CHOICES_S, Query


@pytest.mark.parametrize("text", ["", "refresh=", "refresh=7", "refresh=-1", "refresh=5.0", "x=y"])
def test_nonsense_falls_back_to_five_seconds(text: str) -> None:
    assert Query.parse(text) == Query(refresh_s=5)


@given(st.sampled_from(REFRESH_CHOICES_S), st.text(max_size=60))
def test_a_query_is_read_as_it_was_written(refresh_s: int, path: str) -> None:
    query = Query(refresh_s, path)
    assert Query.parse(str(query)) == query


def test_a_path_is_bounded() -> None:
    assert len(Query.parse("path=" + "a" * 9_999).path) == 255


def test_equal_queries_make_one_topic() -> None:
    page = PAGES[1]
    assert page.topic(Query.parse("x=1&refresh=5")) == page.topic(Query()) == "live:epp?refresh=5"


def test_the_example_in_the_docstring_runs() -> None:
    assert doctest.testmod(web.pages.query).failed == 0
