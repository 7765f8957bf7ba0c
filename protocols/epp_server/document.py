"""One XML document, parsed safely, and the orderly reading of an element's children.

The parser knows no entities, loads no DTD, opens nothing and refuses huge trees; a document type
declaration is refused outright, because no EPP data unit needs one.
"""

from typing import Final, cast

from lxml import etree
from lxml.etree import _Element as Element

from protocols.epp_server.problem import CommandError, Culprit, refusal
from protocols.epp_server.result_code import ResultCode

SYNTAX: Final = ResultCode.SYNTAX


def parse(xml: bytes) -> Element:
    """Parse one document and return its root.

    Raises CommandError 2001 when it is not well-formed or has a document type declaration.
    """
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(xml, parser)
    except etree.XMLSyntaxError as error:
        # The parser's own text may quote what must not be repeated, a password for one.
        where = f"line {error.lineno}, column {error.offset}"
        raise refusal(SYNTAX, f"not well-formed XML at {where}") from error
    declaration = cast("etree.DTD | None", root.getroottree().docinfo.internalDTD)
    if declaration is not None:
        raise refusal(SYNTAX, "a document type declaration is not allowed")
    return root


def local_name(element: Element) -> str:
    """The element's name without its namespace."""
    return etree.QName(element).localname


def namespace_of(element: Element) -> str:
    """The element's namespace, empty when it has none."""
    return etree.QName(element).namespace or ""


def blame(element: Element, *, text: str = "") -> Culprit:
    """Name this element as the cause of a refusal."""
    return Culprit(namespace_of(element), local_name(element), text)


class Children:
    """Reads the children of one element in the order that its schema gives them.

    A child that is not asked for when its turn comes is a syntax error: `end` finds it.
    """

    def __init__(self, parent: Element, namespace: str | None = None) -> None:
        self._parent = parent
        self._namespace = namespace_of(parent) if namespace is None else namespace
        self._rest = list(parent)
        self._rest.reverse()

    def optional(self, name: str) -> Element | None:
        """Take the next child when it has this name."""
        if self._rest and self._rest[-1].tag == f"{{{self._namespace}}}{name}":
            return self._rest.pop()
        return None

    def required(self, name: str) -> Element:
        """Take the next child, which must have this name.

        Raises CommandError 2003 when there is no such child, 2001 when it stands elsewhere.
        """
        child = self.optional(name)
        if child is None:
            raise self._absence(name)
        return child

    def many(self, name: str) -> tuple[Element, ...]:
        """Take all children of this name that come next."""
        taken: list[Element] = []
        while (child := self.optional(name)) is not None:
            taken.append(child)
        return tuple(taken)

    def at_least_one(self, name: str) -> tuple[Element, ...]:
        """Take all children of this name that come next; there must be one."""
        return (self.required(name), *self.many(name))

    def any(self) -> Element:
        """Take the next child whatever its name; there must be one."""
        if not self._rest:
            raise refusal(
                ResultCode.MISSING_PARAMETER,
                f"<{local_name(self._parent)}> is empty",
                culprit=blame(self._parent),
            )
        return self._rest.pop()

    def end(self) -> None:
        """State that nothing may follow; raises CommandError 2001 when something does."""
        if self._rest:
            stranger = self._rest[-1]
            raise refusal(
                SYNTAX,
                f"<{local_name(stranger)}> is not expected here",
                culprit=blame(stranger),
            )

    def _absence(self, name: str) -> CommandError:
        if any(child.tag == f"{{{self._namespace}}}{name}" for child in self._rest):
            return refusal(SYNTAX, f"<{name}> is out of place", culprit=blame(self._rest[-1]))
        return refusal(
            ResultCode.MISSING_PARAMETER,
            f"<{name}> is missing",
            culprit=Culprit(self._namespace, name),
        )
