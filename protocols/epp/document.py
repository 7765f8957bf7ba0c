"""Reading XML that a stranger wrote.

The parser knows no entities, no DTD, no network and no huge trees (libxml2's own limits on depth
and amplification stay on), and drops comments and processing instructions. A document with a
DOCTYPE is refused even when it would do no harm.
Source: RFC 5730 section 5 (UTF-8, or UTF-16 with its mark).
"""

from collections.abc import Iterator
from typing import TypeAlias, cast

from lxml import etree
from lxml.etree import _Element

from protocols.epp.errors import ForbiddenDoctype, InvalidElement, MalformedXml

Element: TypeAlias = _Element

_PARSER = etree.XMLParser(
    resolve_entities=False,
    no_network=True,
    load_dtd=False,
    dtd_validation=False,
    huge_tree=False,
    remove_comments=True,
    remove_pis=True,
)


def parse_document(xml: bytes) -> Element:
    """The root element of `xml`.

    Raises MalformedXml, or ForbiddenDoctype; neither quotes the document.
    """
    try:
        root: Element = etree.fromstring(xml, _PARSER)
    except etree.XMLSyntaxError as error:
        line, column = error.position
        raise MalformedXml(line=line, column=column) from None
    if cast("etree.DTD | None", root.getroottree().docinfo.internalDTD) is not None:
        raise ForbiddenDoctype
    return root


def serialise(element: Element) -> bytes:
    """`element` as a document of its own, with the namespaces it needs."""
    return etree.tostring(element, encoding="UTF-8", with_tail=False)


def local_name(element: Element) -> str:
    """The name without its namespace, for error texts."""
    return element.tag.rpartition("}")[2]


def token(element: Element) -> str:
    """The text without the white space around it (xs:token as pretty printers write it)."""
    text = element.text
    return text.strip() if text else ""


def prose(element: Element) -> str:
    """All text in `element` and below, white space collapsed: for people, not for programs."""
    if len(element) == 0:
        return " ".join((element.text or "").split())
    texts = cast("Iterator[str]", element.itertext())
    return " ".join("".join(texts).split())


def boolean(element: Element, attribute: str) -> bool:
    """An xs:boolean attribute that must be there; raises InvalidElement."""
    match element.get(attribute):
        case "1" | "true":
            return True
        case "0" | "false":
            return False
        case _:
            raise InvalidElement(element=local_name(element), reason=f"has no boolean {attribute}")
