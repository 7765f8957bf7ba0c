"""Where a request came from, by what browsers say of it."""

import pytest
from starlette.datastructures import Headers

from web.origin import Origin, origin_of


@pytest.mark.parametrize(
    ("headers", "origin"),
    [
        ({"sec-fetch-site": "same-origin"}, Origin.OURS),
        ({"sec-fetch-site": "same-origin", "origin": "https://evil.example"}, Origin.OURS),
        ({"sec-fetch-site": "same-site"}, Origin.FOREIGN),
        ({"sec-fetch-site": "cross-site"}, Origin.FOREIGN),
        ({"sec-fetch-site": "none"}, Origin.FOREIGN),
        ({"origin": "http://127.0.0.1:8700"}, Origin.OURS),
        ({"origin": "http://127.0.0.1:8701"}, Origin.FOREIGN),
        ({"origin": "https://evil.example"}, Origin.FOREIGN),
        ({"origin": "null"}, Origin.FOREIGN),
        ({}, Origin.UNTOLD),
    ],
)
def test_only_our_own_pages_are_ours(headers: dict[str, str], origin: Origin) -> None:
    assert origin_of(Headers({"host": "127.0.0.1:8700", **headers})) is origin
