"""What pages are built of: pure functions from values to markup, one component per module."""

from web.components.badge import Tone, badge, glyph, worst
from web.components.figure import Figure, figures
from web.components.meter import meter
from web.components.notice import notice
from web.components.panel import Reading, panel, readings_list
from web.components.quantiles import quantiles, tone_of
from web.components.sparkline import sparkline
from web.components.switchboard import Lamp, switchboard
from web.components.table import Column, Row, table
from web.components.tree import Branch, tree

__all__ = [
    "Branch",
    "Column",
    "Figure",
    "Lamp",
    "Reading",
    "Row",
    "Tone",
    "badge",
    "figures",
    "glyph",
    "meter",
    "notice",
    "panel",
    "quantiles",
    "readings_list",
    "sparkline",
    "switchboard",
    "table",
    "tone_of",
    "tree",
    "worst",
]
