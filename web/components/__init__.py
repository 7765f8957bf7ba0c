"""What pages are built of: pure functions from values to markup, one component per module."""

from web.components.badge import Tone, badge, glyph, worst
from web.components.chips import Chip, chips
from web.components.figure import Figure, figures
from web.components.listing import clipped, listing
from web.components.meter import meter
from web.components.notice import notice
from web.components.panel import Reading, panel, readings_list
from web.components.quantiles import quantiles, tone_of
from web.components.sparkline import sparkline
from web.components.switchboard import Lamp, switchboard
from web.components.table import Column, Row, table
from web.components.timeline import Step, timeline
from web.components.timestamp import timestamp
from web.components.tree import Branch, tree

__all__ = [
    "Branch",
    "Chip",
    "Column",
    "Figure",
    "Lamp",
    "Reading",
    "Row",
    "Step",
    "Tone",
    "badge",
    "chips",
    "clipped",
    "figures",
    "glyph",
    "listing",
    "meter",
    "notice",
    "panel",
    "quantiles",
    "readings_list",
    "sparkline",
    "switchboard",
    "table",
    "timeline",
    "timestamp",
    "tone_of",
    "tree",
    "worst",
]
