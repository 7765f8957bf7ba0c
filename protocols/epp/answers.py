"""What a server may send: a greeting or a response, each alone in its frame (RFC 5730 2.4, 2.6)."""

from protocols.epp.document import Element, local_name, parse_document
from protocols.epp.errors import InvalidElement
from protocols.epp.greeting import Greeting, read_greeting
from protocols.epp.namespaces import EPP
from protocols.epp.responses import Response, read_response

_ENVELOPE = f"{{{EPP}}}epp"
_GREETING = f"{{{EPP}}}greeting"
_RESPONSE = f"{{{EPP}}}response"


def parse_answer(xml: bytes) -> Greeting | Response:
    """Read one document from a server.

    Raises a RemoteProtocolError and nothing else, whatever the octets: MalformedXml,
    ForbiddenDoctype or InvalidElement.
    """
    content = _only_child(parse_document(xml))
    match content.tag:
        case tag if tag == _RESPONSE:
            return read_response(content)
        case tag if tag == _GREETING:
            return read_greeting(content)
        case _:
            raise InvalidElement(element=local_name(content), reason="is not for a server to send")


def _only_child(root: Element) -> Element:
    if root.tag != _ENVELOPE or len(root) != 1:
        raise InvalidElement(element=local_name(root), reason="is not an <epp> with one child")
    return root[0]
