"""The greeting: who the server is and which services it offers (RFC 5730 section 2.4)."""

from dataclasses import dataclass
from datetime import datetime

from protocols.epp.children import Children
from protocols.epp.document import Element
from protocols.epp.namespaces import EPP, SUPPORTED_EXTENSIONS, SUPPORTED_OBJECTS

_SERVICE_MENU = f"{{{EPP}}}svcMenu"
_SERVER_ID = f"{{{EPP}}}svID"
_SERVER_DATE = f"{{{EPP}}}svDate"
_VERSION = f"{{{EPP}}}version"
_LANGUAGE = f"{{{EPP}}}lang"
_OBJECT_URI = f"{{{EPP}}}objURI"
_SERVICE_EXTENSION = f"{{{EPP}}}svcExtension"
_EXTENSION_URI = f"{{{EPP}}}extURI"


@dataclass(frozen=True, slots=True)
class Greeting:
    """What a server says of itself before login and in answer to a hello."""

    server_id: str
    server_date: datetime
    """The server's clock when it spoke, in UTC."""
    versions: tuple[str, ...]
    languages: tuple[str, ...]
    object_uris: tuple[str, ...]
    extension_uris: tuple[str, ...]


def read_greeting(element: Element) -> Greeting:
    """Read `<greeting>`; its data collection policy is not ours to judge.

    Raises InvalidElement.
    """
    children = Children(element)
    menu = Children(children.require(_SERVICE_MENU))
    extensions = menu.get(_SERVICE_EXTENSION)
    return Greeting(
        server_id=children.text(_SERVER_ID),
        server_date=children.moment(_SERVER_DATE),
        versions=menu.texts(_VERSION),
        languages=menu.texts(_LANGUAGE),
        object_uris=menu.texts(_OBJECT_URI),
        extension_uris=() if extensions is None else Children(extensions).texts(_EXTENSION_URI),
    )


def login_services(greeting: Greeting) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The objects and extensions to ask for at login: offered, and understood by the engine.

    Asking for what is not offered is answered 2307 or 2103; asking for what we cannot read would
    bring data that nobody looks at.
    """
    objects = tuple(uri for uri in SUPPORTED_OBJECTS if uri in greeting.object_uris)
    extensions = tuple(uri for uri in SUPPORTED_EXTENSIONS if uri in greeting.extension_uris)
    return objects, extensions
