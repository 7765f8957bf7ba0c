"""The state of a page that is its viewer's choice: it lives in the URL, nowhere else."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlencode

from actors.jobs import JOB_STATES, JobState

REFRESH_CHOICES_S = (1, 2, 5, 15, 30)
DEFAULT_REFRESH_S = 5
_MAX_TEXT = 255
_MAX_DIGITS = 18
"""So that every number fits PostgreSQL's bigint."""


@dataclass(frozen=True, slots=True)
class Query:
    """What follows the question mark, read leniently: nonsense falls back to the default."""

    refresh_s: int = DEFAULT_REFRESH_S
    path: str = ""
    """The actor looked at, on pages that look at one."""
    job: int | None = None
    """The job looked at."""
    state: JobState | None = None
    """Only jobs of this state, queue, worker, tag, on pages that list them."""
    queue: str = ""
    worker: str = ""
    tag: str = ""

    @classmethod
    def parse(cls, text: str) -> "Query":
        """Read a query string.

        >>> query = Query.parse("refresh=2&state=discarded&queue=mail")
        >>> query.refresh_s, query.state, query.queue
        (2, 'discarded', 'mail')
        >>> str(Query.parse("refresh=0&state=lost&job=-1"))
        'refresh=5'
        """
        return cls.of(dict(parse_qsl(text)))

    @classmethod
    def of(cls, values: Mapping[str, str]) -> "Query":
        """Read a decoded query."""
        asked = values.get("refresh", "")
        choices = {str(choice_s): choice_s for choice_s in REFRESH_CHOICES_S}
        state = values.get("state")
        return cls(
            choices.get(asked, DEFAULT_REFRESH_S),
            _text(values, "path"),
            _number(values.get("job", "")),
            next((known for known in JOB_STATES if known == state), None),
            _text(values, "queue"),
            _text(values, "worker"),
            _text(values, "tag"),
        )

    def with_refresh(self, refresh_s: int) -> "Query":
        """The same page at another pace."""
        return replace(self, refresh_s=refresh_s)

    def __str__(self) -> str:
        """The canonical query string, without slashes: equal queries make one topic."""
        pairs = {
            "refresh": self.refresh_s,
            "path": self.path,
            "job": self.job,
            "state": self.state,
            "queue": self.queue,
            "worker": self.worker,
            "tag": self.tag,
        }
        return urlencode({key: value for key, value in pairs.items() if value})


def _text(values: Mapping[str, str], key: str) -> str:
    """A text of bounded length; none when it holds what PostgreSQL takes for no text."""
    text = values.get(key, "")[:_MAX_TEXT]
    return "" if "\0" in text else text


def _number(text: str) -> int | None:
    """A whole number above zero."""
    if not text.isascii() or not text.isdigit() or len(text) > _MAX_DIGITS:
        return None
    return int(text) or None
