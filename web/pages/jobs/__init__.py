"""The queues and their jobs, on all nodes; and one job from its first moment to its last."""

from web.pages.jobs.line import JobsLook, line, look, troubled
from web.pages.jobs.page import JobsPage

__all__ = ["JobsLook", "JobsPage", "line", "look", "troubled"]
