"""The EPP health monitor: every registry, its sessions, its times, and what went wrong."""

from web.pages.epp.page import EppPage
from web.pages.epp.states import connection_tone, registry_label, registry_tone

__all__ = ["EppPage", "connection_tone", "registry_label", "registry_tone"]
