"""The supervision tree: every supervisor and actor, live, and one of them close up."""

from web.pages.tree.branch import actor_tone, branch
from web.pages.tree.drawing import drawing
from web.pages.tree.page import TreePage

__all__ = ["TreePage", "actor_tone", "branch", "drawing"]
