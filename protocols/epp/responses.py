"""Answers: results, the queue's state, object data and transaction ids (RFC 5730 section 2.6).

The frame of an answer is read strictly. Its data are not: what the engine does not know, or what
does not fit its own schema, is kept as it came. An order whose answer has an odd date in it was
still carried out, and that is not to be lost.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter
from typing import Final, TypeAlias

from protocols.epp.children import Children
from protocols.epp.codes import FIRST_FAILURE
from protocols.epp.contact_data import CONTACT_READERS, ContactData
from protocols.epp.document import Element, local_name, prose, serialise, token
from protocols.epp.domain_data import DOMAIN_READERS, DomainData
from protocols.epp.errors import InvalidElement
from protocols.epp.host_data import HOST_READERS, HostData
from protocols.epp.namespaces import EPP


def _tag(name: str) -> str:
    return f"{{{EPP}}}{name}"


_RESULT = _tag("result")
_MESSAGE = _tag("msg")
_VALUE = _tag("value")
_EXTENDED_VALUE = _tag("extValue")
_REASON = _tag("reason")
_QUEUE = _tag("msgQ")
_QUEUED_AT = _tag("qDate")
_DATA = _tag("resData")
_EXTENSION = _tag("extension")
_TRANSACTION = _tag("trID")
_CLIENT_TRANSACTION = _tag("clTRID")
_SERVER_TRANSACTION = _tag("svTRID")
_CODES: Final = range(1000, FIRST_FAILURE + 1000)
_code_of = attrgetter("code")
_UNHANDLED = " not in login services"

ResponseData: TypeAlias = DomainData | HostData | ContactData
_READERS: Final[Mapping[str, Callable[[Element], ResponseData]]] = {
    **DOMAIN_READERS,
    **HOST_READERS,
    **CONTACT_READERS,
}


@dataclass(frozen=True, slots=True)
class UnhandledData:
    """Data of a service that we did not ask for at login (RFC 9038 section 3)."""

    namespace: str
    xml: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One result: what happened, and which of our values it was about."""

    code: int
    message: str
    language: str = "en"
    values: tuple[str, ...] = ()
    """The texts of the values the server refuses."""
    reasons: tuple[str, ...] = ()
    """Why, in the server's words; the most telling part of a refusal."""
    unhandled: tuple[UnhandledData, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageQueue:
    """The poll queue as of this answer, and its oldest message if this answers a request."""

    count: int
    id: str
    """The message to acknowledge; after an acknowledgement, the next one. Empty if left out."""
    at: datetime | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """An answer to a command. Raw parts are masked from `repr`: they may hold authInfo."""

    results: tuple[Result, ...]
    """At least one; several only when the command failed for several reasons."""
    cltrid: str | None
    """Ours, given back; None when the server left it out or empty."""
    svtrid: str
    """The server's; the empty text when it left it out."""
    queue: MessageQueue | None = None
    data: ResponseData | None = None
    data_xml: tuple[bytes, ...] = field(default=(), repr=False)
    """Children of `<resData>` that the engine does not know or could not read."""
    extension_xml: tuple[bytes, ...] = field(default=(), repr=False)
    """Children of `<extension>`."""

    @property
    def worst(self) -> Result:
        """The result that counts: with several, the one with the highest code."""
        return max(self.results, key=_code_of)

    @property
    def code(self) -> int:
        """The code of the worst result."""
        return self.worst.code

    @property
    def message(self) -> str:
        """The text of the worst result."""
        return self.worst.message

    @property
    def reasons(self) -> tuple[str, ...]:
        """The reasons of all results, in order."""
        return tuple(reason for result in self.results for reason in result.reasons)

    @property
    def unhandled(self) -> tuple[UnhandledData, ...]:
        """What came for services that we did not ask for."""
        return tuple(each for result in self.results for each in result.unhandled)


def read_response(element: Element) -> Response:
    """Read `<response>`.

    Raises InvalidElement when there is no result, a code is not between 1000 and 2999, or the
    queue's state cannot be read.
    """
    results: list[Result] = []
    queue: MessageQueue | None = None
    data: ResponseData | None = None
    data_xml: tuple[bytes, ...] = ()
    extension_xml: tuple[bytes, ...] = ()
    cltrid: str | None = None
    svtrid = ""
    for child in element:
        tag = child.tag
        if tag == _RESULT:
            results.append(_read_result(child))
        elif tag == _DATA:
            data, data_xml = _read_data(child)
        elif tag == _TRANSACTION:
            cltrid, svtrid = _read_transaction(child)
        elif tag == _QUEUE:
            queue = _read_queue(child)
        elif tag == _EXTENSION:
            extension_xml = tuple(map(serialise, child))
    if not results:
        raise InvalidElement(element="response", reason=f"has no {_RESULT}")
    return Response(
        results=tuple(results),
        cltrid=cltrid,
        svtrid=svtrid,
        queue=queue,
        data=data,
        data_xml=data_xml,
        extension_xml=extension_xml,
    )


def _read_result(element: Element) -> Result:
    code = _number(element, "code")
    if code not in _CODES:
        raise InvalidElement(element="result", reason=f"has the code {code}")
    message: Element | None = None
    values: list[str] = []
    reasons: list[str] = []
    unhandled: list[UnhandledData] = []
    for child in element:
        tag = child.tag
        if tag == _MESSAGE:
            message = child
        elif tag == _VALUE:
            values.append(prose(child))
        elif tag == _EXTENDED_VALUE:
            parts = Children(child)
            value, reason = parts.require(_VALUE), prose(parts.require(_REASON))
            if reason.endswith(_UNHANDLED):
                namespace = reason.removesuffix(_UNHANDLED)
                unhandled += (UnhandledData(namespace, serialise(each)) for each in value)
            else:
                values.append(prose(value))
                reasons.append(reason)
    if message is None:
        raise InvalidElement(element="result", reason=f"has no {_MESSAGE}")
    return Result(
        code=code,
        message=prose(message),
        language=message.get("lang", "en"),
        values=tuple(values),
        reasons=tuple(reasons),
        unhandled=tuple(unhandled),
    )


def _read_transaction(element: Element) -> tuple[str | None, str]:
    cltrid, svtrid = "", ""
    for child in element:
        tag = child.tag
        if tag == _CLIENT_TRANSACTION:
            cltrid = token(child)
        elif tag == _SERVER_TRANSACTION:
            svtrid = token(child)
    return cltrid or None, svtrid


def _read_queue(element: Element) -> MessageQueue:
    children = Children(element)
    text = children.get(_MESSAGE)
    return MessageQueue(
        count=_number(element, "count"),
        id=element.get("id", ""),
        at=children.optional_moment(_QUEUED_AT),
        text=None if text is None else prose(text),
    )


def _read_data(children: Iterable[Element]) -> tuple[ResponseData | None, tuple[bytes, ...]]:
    """The first child that can be read, and the others as they came."""
    data: ResponseData | None = None
    unread: list[bytes] = []
    for child in children:
        reader = _READERS.get(child.tag)
        if data is None and reader is not None:
            try:
                data = reader(child)
            except InvalidElement:
                unread.append(serialise(child))
        else:
            unread.append(serialise(child))
    return data, tuple(unread)


def _number(element: Element, attribute: str) -> int:
    try:
        return int(element.get(attribute, ""))
    except ValueError:
        raise InvalidElement(
            element=local_name(element), reason=f"has no number in {attribute}"
        ) from None
