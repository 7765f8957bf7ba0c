"""Where a request came from: our own pages, another site, or no browser at all.

Browsers tell by `Sec-Fetch-Site`, older ones by `Origin`; neither can be forged by a page. Programs
send neither.
"""

from enum import Enum
from urllib.parse import urlsplit

from starlette.datastructures import Headers


class Origin(Enum):
    """Who made the request."""

    OURS = "ours"
    FOREIGN = "foreign"
    UNTOLD = "untold"


def origin_of(headers: Headers) -> Origin:
    """Judge by the headers; `Origin` is compared with `Host`, both as the browser saw them."""
    match headers.get("sec-fetch-site"):
        case "same-origin":
            return Origin.OURS
        case "same-site" | "cross-site" | "none":
            return Origin.FOREIGN
        case _:
            origin = headers.get("origin")
    if origin is None:
        return Origin.UNTOLD
    return Origin.OURS if urlsplit(origin).netloc == headers.get("host") else Origin.FOREIGN
