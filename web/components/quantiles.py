"""Times on one line, with their limit if they have one: median to p99 as a bar, p95 as a mark.

The scale is logarithmic, 1 ms to 10 s unless told otherwise, so that 30 ms and 3 s both have room,
and is the same for every line: lines can be compared down a table.
"""

import math

from markupsafe import Markup

from web.components.badge import Tone
from web.element import element
from web.formatting import milliseconds

_WIDTH, _HEIGHT = 160, 16


def quantiles(
    p50_ms: float | None,
    p95_ms: float | None,
    p99_ms: float | None,
    *,
    limit_ms: float | None = None,
    decades: int = 4,
) -> Markup:
    """The line of one kind of work; only scale and limit when nothing was measured.

    Without a limit there is no verdict. The scale spans `decades` powers of ten from 1 ms.
    """
    if p50_ms is None or p95_ms is None or p99_ms is None:
        title, tone, bar = "nothing measured yet", "off", None
    else:
        tone = "active" if limit_ms is None else tone_of(p95_ms, limit_ms=limit_ms)
        title = (
            f"p50 {milliseconds(p50_ms)} ms, p95 {milliseconds(p95_ms)} ms, "
            f"p99 {milliseconds(p99_ms)} ms"
        )
        if limit_ms is not None:
            title += f"; limit {milliseconds(limit_ms)} ms"
        bar = _bar(_x(p50_ms, decades), _x(p95_ms, decades), _x(p99_ms, decades))
    return element(
        "svg",
        element("title", title),
        element("path", class_="scale", d=_scale(decades)),
        None
        if limit_ms is None
        else element("path", class_="limit", d=f"M{_x(limit_ms, decades)} 1V15"),
        bar,
        class_=f"quantiles {tone}",
        viewBox=f"0 0 {_WIDTH} {_HEIGHT}",
        width=_WIDTH,
        height=_HEIGHT,
        role="img",
    )


def tone_of(p95_ms: float | None, *, limit_ms: float) -> Tone:
    """Good below three quarters of the limit, bad above it, warn between, off when unmeasured."""
    if p95_ms is None:
        return "off"
    if p95_ms > limit_ms:
        return "bad"
    return "warn" if p95_ms > 0.75 * limit_ms else "good"


def _bar(left: float, mark: float, right: float) -> Markup:
    return element(
        "g",
        element(
            "rect",
            class_="range",
            x=left,
            y=6,
            width=max(round(right - left, 1), 2),
            height=4,
            rx=2,
        ),
        element("circle", class_="mark", cx=mark, cy=8, r=3.5),
        fill="currentColor",
    )


def _scale(decades: int) -> str:
    ticks = (f"M{_x(10**decade, decades)} 6V10" for decade in range(decades + 1))
    return f"M2 8H{_WIDTH - 2}" + "".join(ticks)


def _x(value_ms: float, decades: int) -> float:
    position = math.log10(max(value_ms, 1.0)) / decades
    return round(2 + min(position, 1.0) * (_WIDTH - 4), 1)
