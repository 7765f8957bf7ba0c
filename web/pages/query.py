"""The state of a page that is its viewer's choice: it lives in the URL, nowhere else."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlencode

REFRESH_CHOICES_S = (1, 2, 5, 15, 30)
DEFAULT_REFRESH_S = 5
_MAX_PATH = 255


@dataclass(frozen=True, slots=True)
class Query:
    """What follows the question mark, read leniently: nonsense falls back to the default."""

    refresh_s: int = DEFAULT_REFRESH_S
    path: str = ""
    """The actor looked at, on pages that look at one."""

    @classmethod
    def parse(cls, text: str) -> "Query":
        """Read a query string.

        >>> Query.parse("refresh=2&path=epp/pir")
        Query(refresh_s=2, path='epp/pir')
        >>> Query.parse("refresh=0")
        Query(refresh_s=5, path='')
        """
        return cls.of(dict(parse_qsl(text)))

    @classmethod
    def of(cls, values: Mapping[str, str]) -> "Query":
        """Read a decoded query."""
        asked = values.get("refresh", "")
        choices = {str(choice_s): choice_s for choice_s in REFRESH_CHOICES_S}
        return cls(choices.get(asked, DEFAULT_REFRESH_S), values.get("path", "")[:_MAX_PATH])

    def with_refresh(self, refresh_s: int) -> "Query":
        """The same page at another pace."""
        return replace(self, refresh_s=refresh_s)

    def __str__(self) -> str:
        """The canonical query string, without slashes: equal queries make one topic."""
        pairs = {"refresh": str(self.refresh_s)} | ({"path": self.path} if self.path else {})
        return urlencode(pairs)
