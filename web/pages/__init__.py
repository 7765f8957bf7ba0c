"""The pages, in the order of the menu. A page is added by adding it here."""

from web.pages.epp import EppPage
from web.pages.jobs import JobsPage
from web.pages.overview import OverviewPage
from web.pages.page import Page, Screen
from web.pages.query import DEFAULT_REFRESH_S, REFRESH_CHOICES_S, Query
from web.pages.tree import TreePage

PAGES: tuple[Page, ...] = (OverviewPage(), EppPage(), JobsPage(), TreePage())

__all__ = [
    "DEFAULT_REFRESH_S",
    "PAGES",
    "REFRESH_CHOICES_S",
    "EppPage",
    "JobsPage",
    "OverviewPage",
    "Page",
    "Query",
    "Screen",
    "TreePage",
]
