import pytest
from hypothesis import given
from hypothesis import strategies as st

from supervisors.dependencies import CyclicDependency, UnknownDependency, start_order

DIAMOND = {"top": ("left", "right"), "left": ("base",), "right": ("base",), "base": (), "x": ()}


def test_dependencies_come_first_and_each_once() -> None:
    assert start_order(["top"], DIAMOND) == ("base", "left", "right", "top")
    assert start_order(["x", "right", "x"], DIAMOND) == ("x", "base", "right")
    assert start_order([], DIAMOND) == ()


def test_a_missing_dependency_is_named_with_who_needs_it() -> None:
    with pytest.raises(UnknownDependency, match="no application b, which a depends on") as caught:
        start_order(["a"], {"a": ("b",)})
    assert (caught.value.name, caught.value.needed_by) == ("b", "a")
    with pytest.raises(UnknownDependency, match=r"no application z$"):
        start_order(["z"], {})


def test_a_cycle_is_named_from_where_it_begins() -> None:
    depends_on = {"in": ("a",), "a": ("b",), "b": ("c",), "c": ("a",)}
    with pytest.raises(CyclicDependency, match="a → b → c → a") as caught:
        start_order(["in"], depends_on)
    assert caught.value.names == ("a", "b", "c", "a")
    with pytest.raises(CyclicDependency, match="a → a"):
        start_order(["a"], {"a": ("a",)})


@given(st.integers(1, 12).flatmap(lambda n: st.tuples(st.just(n), st.data())))
def test_whatever_the_graph_nobody_starts_before_what_it_needs(
    drawn: tuple[int, st.DataObject],
) -> None:
    number, data = drawn
    depends_on = {
        str(name): tuple(
            str(other) for other in range(name) if data.draw(st.booleans(), label="edge")
        )
        for name in range(number)
    }
    order = start_order(reversed(list(depends_on)), depends_on)
    assert sorted(order) == sorted(depends_on)
    for position, name in enumerate(order):
        assert set(depends_on[name]) <= set(order[:position])
