from collections.abc import Mapping
from typing import Any

class HTTPHeaders(Mapping[str, str]):
    def add_header(self, _name: str, _value: str) -> None: ...

class AWSRequest:
    headers: HTTPHeaders
    context: dict[str, Any]
    def __init__(
        self,
        method: str | None = ...,
        url: str | None = ...,
        headers: Mapping[str, str] | None = ...,
        data: bytes | None = ...,
    ) -> None: ...

class AWSPreparedRequest:
    method: str
    url: str
    headers: Mapping[str, str | bytes]
    body: bytes | None

class AWSResponse:
    def __init__(
        self, url: str, status_code: int, headers: Mapping[str, str], raw: object
    ) -> None: ...
