"""AWS Signature Version 4: who sends this request, and that nobody changed it on the way.

The signature is a chain of HMACs: secret -> day -> region -> service -> request. All but the last
step change once a day, so their result is kept. Source: AWS "Signature Version 4 for API
requests", and botocore's `SigV4Auth`, with which this signer agrees octet for octet.
"""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final, TypeAlias
from urllib.parse import quote

from protocols.ses.errors import InvalidArgument

Headers: TypeAlias = Sequence[tuple[str, str]]
"""Names and values, in the order in which they are written."""

_ALGORITHM: Final = "AWS4-HMAC-SHA256"
_UNSIGNED: Final = frozenset({"expect", "transfer-encoding", "user-agent", "x-amzn-trace-id"})
"""Headers that a proxy may change; botocore leaves out the same."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """An access key; `session_token` comes with keys that expire. Neither secret is shown."""

    access_key: str
    secret_key: str = field(repr=False)
    session_token: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class _Scope:
    """What stays the same for a day."""

    day: str
    text: str
    key: bytes


class Signer:
    """Signs requests to one service in one region. It owns no clock: each call says when."""

    def __init__(self, credentials: Credentials, *, region: str, service: str = "ses") -> None:
        self._credentials = credentials
        self._region = region
        self._service = service
        self._scope = self._scope_of("")

    def sign(
        self,
        method: str,
        path: str,
        *,
        query: str = "",
        headers: Headers = (),
        body: bytes = b"",
        signed_at: datetime,
    ) -> list[tuple[str, str]]:
        """The headers to add: X-Amz-Date, X-Amz-Security-Token with such keys, Authorization.

        `path` and `query` are percent-encoded as they go over the wire, `path` without dot
        segments and empty ones, which AWS would fold. `headers` must have `host`, and be all that
        are sent; of those named in `_UNSIGNED` the signature says nothing.
        Raises InvalidArgument when `signed_at` has no time zone: AWS takes UTC, within 5 minutes.
        """
        stamp = _stamp(signed_at)
        added = [("X-Amz-Date", stamp)]
        if self._credentials.session_token is not None:
            added.append(("X-Amz-Security-Token", self._credentials.session_token))
        names, canonical_headers = _canonical_headers([*headers, *added])
        digest = hashlib.sha256(body).hexdigest()
        canonical = (
            f"{method}\n{_canonical_path(path)}\n{_canonical_query(query)}\n"
            f"{canonical_headers}\n{names}\n{digest}"
        )
        scope = self._scope
        if scope.day != stamp[:8]:
            scope = self._scope = self._scope_of(stamp[:8])
        request_digest = hashlib.sha256(canonical.encode()).hexdigest()
        to_sign = f"{_ALGORITHM}\n{stamp}\n{scope.text}\n{request_digest}"
        signature = hmac.digest(scope.key, to_sign.encode(), "sha256").hex()
        credential = f"{self._credentials.access_key}/{scope.text}"
        parts = f"Credential={credential}, SignedHeaders={names}, Signature={signature}"
        return [*added, ("Authorization", f"{_ALGORITHM} {parts}")]

    def _scope_of(self, day: str) -> _Scope:
        key = f"AWS4{self._credentials.secret_key}".encode()
        for step in (day, self._region, self._service, "aws4_request"):
            key = hmac.digest(key, step.encode(), "sha256")
        return _Scope(day, f"{day}/{self._region}/{self._service}/aws4_request", key)


def _stamp(signed_at: datetime) -> str:
    if signed_at.tzinfo is None:
        raise InvalidArgument(field="signed_at", reason="has no time zone")
    at = signed_at.astimezone(UTC)  # by hand: strftime costs four times as much
    return f"{at.year:04}{at.month:02}{at.day:02}T{at.hour:02}{at.minute:02}{at.second:02}Z"


def _canonical_headers(headers: Headers) -> tuple[str, str]:
    """The names, joined by semicolons, and the lines `name:value`, sorted by name."""
    values: dict[str, str] = {}
    for name, value in headers:
        lower = name.lower()
        if lower not in _UNSIGNED:
            folded = " ".join(value.split())
            values[lower] = f"{values[lower]},{folded}" if lower in values else folded
    names = sorted(values)
    return ";".join(names), "".join([f"{name}:{values[name]}\n" for name in names])


@lru_cache(maxsize=256)
def _canonical_path(path: str) -> str:
    """The path, encoded once more: so all services of AWS but S3 have it."""
    return quote(path, safe="/~")


def _canonical_query(query: str) -> str:
    if "&" not in query:
        return query if not query or "=" in query else f"{query}="
    pairs = [(name, value) for name, _, value in (part.partition("=") for part in query.split("&"))]
    return "&".join([f"{name}={value}" for name, value in sorted(pairs)])
