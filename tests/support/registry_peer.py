"""A scripted EPP server on a TLS socket: it answers as it is told, right or wrong.

It shares nothing with `protocols.epp`: it reads the 4-octet header by hand, and finds verbs and
clTRIDs with regular expressions. What it says to a verb is a `Reply`, a function of the session
and the command; `script` holds the ones that differ from an obliging registry's.
"""

import asyncio
import re
import ssl
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.canned_registry import make_certificate

PATIENCE_S = 5.0
_HEAD = b'<?xml version="1.0" encoding="UTF-8"?><epp xmlns="urn:ietf:params:xml:ns:epp-1.0">'
_VERB = re.compile(
    rb"<(hello|login|logout|poll|check|info|create|delete|renew|update|transfer)[ />]"
)
_CLTRID = re.compile(rb"<clTRID>([^<]*)</clTRID>")
_NAME = re.compile(rb"<[a-z]+:name(?: [^>]*)?>([^<]*)</")
GREETING = (
    _HEAD + b"<greeting><svID>peer</svID><svDate>2026-01-01T00:00:00Z</svDate><svcMenu>"
    b"<version>1.0</version><lang>en</lang><objURI>urn:ietf:params:xml:ns:domain-1.0</objURI>"
    b"<svcExtension><extURI>urn:ietf:params:xml:ns:epp:unhandled-namespaces-1.0</extURI>"
    b"<extURI>urn:ietf:params:xml:ns:secDNS-1.1</extURI></svcExtension></svcMenu>"
    b"<dcp><access><all/></access><statement><purpose><prov/></purpose><recipient><ours/>"
    b"</recipient><retention><stated/></retention></statement></dcp></greeting></epp>"
)


@dataclass(frozen=True, slots=True)
class Heard:
    """One command as it came."""

    session: "PeerSession"
    verb: str
    cltrid: str
    xml: bytes


Reply = Callable[["PeerSession", Heard], None]


def framed(xml: bytes) -> bytes:
    """`xml` with its header."""
    return (len(xml) + 4).to_bytes(4, "big") + xml


def response(code: int, cltrid: str, *, text: str = "as scripted", data: bytes = b"") -> bytes:
    """A response of one result."""
    body = b'<response><result code="%d"><msg>%s</msg></result>' % (code, text.encode())
    body += b"<resData>" + data + b"</resData>" if data else b""
    ids = b"<trID><clTRID>%s</clTRID><svTRID>S-1</svTRID></trID>" % cltrid.encode()
    return _HEAD + body + ids + b"</response></epp>"


def refusal(code: int) -> bytes:
    """A response where the greeting should be."""
    ids = b"<trID><svTRID>S-1</svTRID></trID>"
    return (
        _HEAD
        + b'<response><result code="%d"><msg>no</msg></result>' % code
        + ids
        + (b"</response></epp>")
    )


# Replies.


def answer(code: int, *, text: str = "as scripted") -> Reply:
    """Answer with this code; the connection stays."""

    def reply(session: PeerSession, heard: Heard) -> None:
        session.send(response(code, heard.cltrid, text=text))

    return reply


def answer_and_close(code: int) -> Reply:
    """Answer with this code and close, as 1500 and 25xx do."""

    def reply(session: PeerSession, heard: Heard) -> None:
        session.send(response(code, heard.cltrid))
        session.close()

    return reply


def silence(session: "PeerSession", heard: Heard) -> None:
    """Never answer."""


def hang_up(session: "PeerSession", heard: Heard) -> None:
    """Cut the link instead of answering."""
    session.cut()


def octets(data: bytes) -> Reply:
    """Answer with these very octets."""

    def reply(session: PeerSession, heard: Heard) -> None:
        session.send_raw(data)

    return reply


def foreign(session: "PeerSession", heard: Heard) -> None:
    """Answer a command that nobody sent."""
    session.send(response(1000, "somebody-else-1"))


def checked(session: "PeerSession", heard: Heard) -> None:
    """Every name is free."""
    cells = b"".join(
        b'<domain:cd><domain:name avail="1">%s</domain:name></domain:cd>' % name
        for name in _NAME.findall(heard.xml)
    )
    data = b'<domain:chkData xmlns:domain="urn:ietf:params:xml:ns:domain-1.0">%s</domain:chkData>'
    session.send(response(1000, heard.cltrid, data=data % cells))


def greeted(session: "PeerSession", heard: Heard) -> None:
    """Answer a hello."""
    session.send(GREETING)


class PeerSession(asyncio.Protocol):
    """One connection that a client made."""

    def __init__(self, peer: "RegistryPeer") -> None:
        self._peer = peer
        self._buffer = b""
        self._transport: asyncio.Transport | None = None
        self.ended = asyncio.Event()
        self.was_cut = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._peer.joined(self)
        if self._peer.opening:
            self.send_raw(self._peer.opening)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while len(self._buffer) >= 4:
            size = int.from_bytes(self._buffer[:4], "big")
            if len(self._buffer) < size:
                return
            xml, self._buffer = self._buffer[4:size], self._buffer[size:]
            self._heard(xml)

    def connection_lost(self, exc: Exception | None) -> None:
        self.ended.set()
        self._peer.moved()

    def _heard(self, xml: bytes) -> None:
        verb = _VERB.search(xml)
        cltrid = _CLTRID.search(xml)
        assert verb is not None, xml
        heard = Heard(self, verb[1].decode(), cltrid[1].decode() if cltrid else "", xml)
        self._peer.heard.append(heard)
        self._peer.reply_to(heard)(self, heard)
        self._peer.moved()

    def send(self, xml: bytes) -> None:
        self.send_raw(framed(xml))

    def send_raw(self, data: bytes) -> None:
        if self._transport is not None:
            self._transport.write(data)

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def cut(self) -> None:
        self.was_cut = True
        if self._transport is not None:
            self._transport.abort()


_OBLIGING: dict[str, Reply] = {
    "hello": greeted,
    "login": answer(1000),
    "logout": answer_and_close(1500),
    "check": checked,
    "poll": answer(1300),
}


@dataclass
class RegistryPeer:
    """The server: what it heard, and what it is to say."""

    folder: Path
    script: dict[str, Reply] = field(default_factory=dict[str, Reply])
    opening: bytes = field(default_factory=lambda: framed(GREETING))
    """What a client reads first; nothing when empty."""
    heard: list[Heard] = field(default_factory=list[Heard])
    sessions: list[PeerSession] = field(default_factory=list[PeerSession])
    port: int = 0

    async def start(self) -> None:
        """Listen; on the port it had before, if it had one."""
        self.ca, key = make_certificate(self.folder)
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.ca, key)
        self._movement: asyncio.Event = asyncio.Event()
        await self._listen(context)

    async def _listen(self, context: ssl.SSLContext) -> None:
        self._context = context
        self._server = await asyncio.get_running_loop().create_server(
            lambda: PeerSession(self), "127.0.0.1", self.port, ssl=context
        )
        self.port = int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Be gone: nobody listens, every link is cut."""
        self._server.close()
        for session in self.sessions:
            session.cut()
        await asyncio.gather(*(session.ended.wait() for session in self.sessions))
        await self._server.wait_closed()

    async def come_back(self) -> None:
        """Listen again on the same port."""
        await self._listen(self._context)

    @property
    def living(self) -> list[PeerSession]:
        """The connections that have not ended."""
        return [session for session in self.sessions if not session.ended.is_set()]

    def on(self, verb: str, *replies: Reply) -> None:
        """Reply so to the next commands of this verb; the last reply stays."""
        waiting = list(replies)

        def reply(session: PeerSession, heard: Heard) -> None:
            (waiting.pop(0) if len(waiting) > 1 else waiting[0])(session, heard)

        self.script[verb] = reply

    def reply_to(self, heard: Heard) -> Reply:
        return self.script.get(heard.verb) or _OBLIGING.get(heard.verb) or answer(1000)

    def joined(self, session: PeerSession) -> None:
        self.sessions.append(session)
        self.moved()

    def moved(self) -> None:
        self._movement.set()

    def commands(self, *verbs: str) -> list[Heard]:
        """What was heard of these verbs, or of all."""
        return [each for each in self.heard if not verbs or each.verb in verbs]

    async def hears(self, verb: str, *, times: int = 1) -> Heard:
        """Wait until `verb` came `times` times in all; the last of them."""
        await self._until(lambda: len(self.commands(verb)) >= times, f"{times} {verb}")
        return self.commands(verb)[times - 1]

    async def accepts(self, *, times: int = 1) -> PeerSession:
        """Wait for the connection of that number."""
        await self._until(lambda: len(self.sessions) >= times, f"{times} connections")
        return self.sessions[times - 1]

    async def _until(self, condition: Callable[[], bool], what: str) -> None:
        try:
            async with asyncio.timeout(PATIENCE_S):
                while not condition():
                    self._movement.clear()
                    await self._movement.wait()
        except TimeoutError:
            came = [each.verb for each in self.heard]
            raise AssertionError(f"no {what}; there were {len(self.sessions)}, {came}") from None


def verbs(heard: Iterable[Heard]) -> list[str]:
    """The verbs alone."""
    return [each.verb for each in heard]
