"""Tables: fixed columns, numbers to the right, units in the headers, each row moving alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from markupsafe import Markup

from web.components.badge import Tone
from web.element import Content, element, join
from web.fragment import Fragment, fragment

_LEAST_FREE_WIDTH = 18


@dataclass(frozen=True, slots=True)
class Column:
    """One column; its width is a class, so that no update moves it."""

    label: str
    unit: str = ""
    number: bool = False
    """Set to the right."""
    moves: bool = True
    """A number that changed is marked for a moment; unset for ages, which always change."""
    width: int = 0
    """In steps of 8 px; 0 takes what is left."""
    code: bool = False
    """Set in the fixed-width face."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row; the first cell is its header."""

    id: str
    cells: tuple[Content, ...]
    tone: Tone | None = None
    """Marks the row's edge."""


def table(
    id_: str,
    columns: tuple[Column, ...],
    rows: Sequence[Row],
    *,
    caption: str,
    empty: str,
) -> Fragment:
    """A table in a box that scrolls sideways; `empty` stands in it when there are no rows."""
    return fragment(
        "div",
        f"{id_}/box",
        fragment(
            "table",
            id_,
            element("caption", caption, class_="unseen"),
            _head(columns),
            _body(id_, columns, rows, empty),
            class_=_least_width(columns),
        ),
        class_="box",
        tabindex=0,
        role="group",
        aria_label=caption,
    )


def _body(id_: str, columns: Sequence[Column], rows: Sequence[Row], empty: str) -> Fragment:
    if not rows:
        cell = element("td", empty, colspan=len(columns), class_="empty")
        return fragment("tbody", f"{id_}/rows", element("tr", cell))
    return fragment("tbody", f"{id_}/rows", *(_row(columns, row) for row in rows))


def _row(columns: Sequence[Column], row: Row) -> Fragment:
    first, *rest = zip(columns, row.cells, strict=True)
    return fragment(
        "tr",
        row.id,
        element("th", first[1], scope="row", class_=_cell_class(first[0])),
        *(
            element(
                "td", cell, class_=_cell_class(column), data_fade=column.number and column.moves
            )
            for column, cell in rest
        ),
        class_=row.tone,
    )


@cache
def _head(columns: tuple[Column, ...]) -> Markup:
    """Widths and headers: the same for every rendering."""
    return join(
        element("colgroup", *(element("col", class_=_width(column)) for column in columns)),
        element("thead", element("tr", *(_header(column) for column in columns))),
    )


def _header(column: Column) -> Markup:
    unit = element("span", column.unit, class_="unit") if column.unit else join()
    return element("th", column.label, unit, scope="col", class_=column.number and "number")


@cache
def _cell_class(column: Column) -> str | None:
    return (
        " ".join(
            name for name, applies in (("number", column.number), ("code", column.code)) if applies
        )
        or None
    )


def _least_width(columns: Sequence[Column]) -> str:
    """The class that keeps room for every column, in tens of steps: `m70` is 560 px."""
    steps = sum(column.width or _LEAST_FREE_WIDTH for column in columns)
    return f"m{-(-steps // 10) * 10}"


def _width(column: Column) -> str | None:
    return f"w{column.width}" if column.width else None
