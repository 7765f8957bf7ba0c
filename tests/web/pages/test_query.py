"""The state of a page in its URL."""

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

import web.pages.query
from actors.jobs import JOB_STATES
from web.pages import PAGES, REFRESH_CHOICES_S, Query


@pytest.mark.parametrize("text", ["", "refresh=", "refresh=7", "refresh=-1", "refresh=5.0", "x=y"])
def test_nonsense_falls_back_to_five_seconds(text: str) -> None:
    assert Query.parse(text) == Query(refresh_s=5)


TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=60)
QUERIES = st.builds(
    Query,
    st.sampled_from(REFRESH_CHOICES_S),
    TEXTS,
    st.none() | st.integers(1, 10**18 - 1),
    st.none() | st.sampled_from(JOB_STATES),
    TEXTS,
    TEXTS,
    TEXTS,
)


@given(QUERIES)
def test_a_query_is_read_as_it_was_written(query: Query) -> None:
    assert Query.parse(str(query)) == query


@pytest.mark.parametrize(
    "text", ["job=0", "job=-1", "job=x", "job=%C2%B2", "job=" + "9" * 19, "state=lost", "tag=%00"]
)
def test_what_no_job_can_be_is_not_asked_for(text: str) -> None:
    assert Query.parse(text) == Query()


def test_the_pace_changes_and_the_filter_stays() -> None:
    query = Query.parse("state=discarded&queue=mail&tag=a%26b")
    assert str(query.with_refresh(1)) == "refresh=1&state=discarded&queue=mail&tag=a%26b"


def test_a_path_is_bounded() -> None:
    assert len(Query.parse("path=" + "a" * 9_999).path) == 255


def test_equal_queries_make_one_topic() -> None:
    page = PAGES[1]
    assert page.topic(Query.parse("x=1&refresh=5")) == page.topic(Query()) == "live:epp?refresh=5"


def test_the_example_in_the_docstring_runs() -> None:
    assert doctest.testmod(web.pages.query).failed == 0
