"""What machines ask: alive, ready, how it goes. No sign-in, and nothing that needs one."""

import ipaddress

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from web.ports import Backend
from web.site import Site


class Probes:
    """`/healthz`, `/readyz`, `/metrics`."""

    def __init__(self, *, backend: Backend, site: Site) -> None:
        self._backend = backend
        self._site = site

    async def alive(self, request: Request) -> Response:
        """The loop turns: that is all it says."""
        del request
        return PlainTextResponse("ok\n")

    async def ready(self, request: Request) -> Response:
        """200 when the daemon can do its work, else 503 with what is missing."""
        del request
        readiness = await self._backend.readiness()
        return Response(
            msgspec.json.encode(readiness),
            200 if readiness.ready else 503,
            media_type="application/json",
        )

    async def metrics(self, request: Request) -> Response:
        """All counters, for Prometheus on this machine and for operators."""
        if not (_is_local(request) or await self._site.session_of(request)):
            raise HTTPException(403, "Metrics are for this machine and for operators.")
        return Response(
            await self._backend.metrics(), media_type="text/plain; version=0.0.4; charset=utf-8"
        )


def _is_local(request: Request) -> bool:
    """Whether the peer is this machine itself, and not a proxy on it that speaks for others."""
    if request.client is None or "x-forwarded-for" in request.headers:
        return False
    try:
        return ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False
