"""Meters: a fraction as a bar. Drawn as SVG, since the content policy allows no inline style."""

from markupsafe import Markup

from web.components.badge import Tone
from web.element import element

_WIDTH = 100


def meter(fraction: float, *, label: str, tone: Tone = "active") -> Markup:
    """A bar filled to `fraction`, cut to 0 and 1; `label` says it to those who cannot see."""
    filled = round(min(max(fraction, 0.0), 1.0) * _WIDTH, 1)
    return element(
        "svg",
        element("title", label),
        element("rect", class_="track", width=_WIDTH, height=6, rx=1),
        element("rect", class_="fill", width=filled, height=6, rx=1, fill="currentColor"),
        class_=f"meter {tone}",
        viewBox=f"0 0 {_WIDTH} 6",
        preserveAspectRatio="none",
        role="img",
    )
