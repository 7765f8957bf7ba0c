"""Sparklines: the last minutes of one number, drawn on the server and the same for all viewers."""

from collections.abc import Sequence

from markupsafe import Markup

from web.element import element
from web.fragment import Fragment, fragment

_WIDTH, _HEIGHT = 240, 40
_POINTS = 60
"""The span is fixed, so that a short history grows from the right and never stretches."""


def sparkline(
    id_: str, values: Sequence[float], *, top: float, title: str, limit: float | None = None
) -> Fragment:
    """A line over its tinted area; `top` is the least value at the upper edge.

    At most the 60 newest values are drawn, the newest at the right edge. `limit` is a dashed line,
    drawn once the values come near enough to need it.
    """
    drawn = values[-_POINTS:]
    highest = max((top, *drawn))
    points = [(_x(index - len(drawn)), _y(value, highest)) for index, value in enumerate(drawn)]
    return fragment(
        "svg",
        id_,
        element("title", title),
        element("path", class_="base", d=f"M0 {_HEIGHT - 0.5}H{_WIDTH}"),
        _line(points) if points else None,
        _limit(limit, highest) if limit is not None and limit <= highest else None,
        class_="sparkline",
        viewBox=f"0 0 {_WIDTH} {_HEIGHT}",
        preserveAspectRatio="none",
        role="img",
    )


def _line(points: Sequence[tuple[float, float]]) -> Markup:
    written = " ".join(f"{x:g},{y:g}" for x, y in points)
    left, right = points[0][0], points[-1][0]
    return element(
        "polygon", class_="area", points=f"{left:g},{_HEIGHT} {written} {right:g},{_HEIGHT}"
    ) + element(
        "polyline",
        points=written,
        fill="none",
        stroke="currentColor",
        vector_effect="non-scaling-stroke",
    )


def _limit(limit: float, highest: float) -> Markup:
    return element("path", class_="limit", d=f"M0 {_y(limit, highest):g}H{_WIDTH}")


def _x(back: int) -> float:
    """Where the value stands that is `back` from the end: -1 for the newest."""
    return round((_POINTS + back) * _WIDTH / (_POINTS - 1), 1)


def _y(value: float, highest: float) -> float:
    return round(_HEIGHT - 1 - value * (_HEIGHT - 3) / highest, 1)
