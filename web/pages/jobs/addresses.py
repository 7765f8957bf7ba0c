"""Where jobs are found: addresses of the list, filtered, and of one job."""

from urllib.parse import urlencode

from markupsafe import Markup

from actors.jobs import JobState
from web.element import element

LIST = "listed"
"""The anchor of the list."""


def job_link(job_id: int) -> Markup:
    """A job's number, leading to its life."""
    return element("a", job_id, href=f"/jobs?job={job_id}")


def list_address(
    *, state: JobState | None = None, queue: str = "", worker: str = "", tag: str = ""
) -> str:
    """The list of jobs that fit."""
    criteria = {"state": state, "queue": queue, "worker": worker, "tag": tag}
    return f"/jobs?{urlencode({key: value for key, value in criteria.items() if value})}#{LIST}"
