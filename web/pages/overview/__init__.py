"""The overview: the registries and the jobs in brief, the tree, the latest restarts."""

from web.pages.overview.page import OverviewPage

__all__ = ["OverviewPage"]
