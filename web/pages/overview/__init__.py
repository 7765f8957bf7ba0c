"""The overview: the registries in brief, the tree, the latest restarts."""

from web.pages.overview.page import OverviewPage

__all__ = ["OverviewPage"]
