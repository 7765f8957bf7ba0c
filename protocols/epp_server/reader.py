"""Reads one data unit from the client into a request (RFC 5730 section 2).

| what is wrong                                         | answered with |
|-------------------------------------------------------|---------------|
| not XML, not EPP, an element where none may be        | 2001          |
| a command that EPP does not have                      | 2000          |
| a required element or attribute is missing            | 2003          |
| a number out of range / a text of the wrong form      | 2004 / 2005   |
| a command that this object does not have here         | 2101          |
| an object in a namespace that we do not know          | 2307          |
| a command extension                                   | 2103          |
"""

from collections.abc import Callable, Mapping
from typing import Final, get_args

from lxml.etree import _Element as Element

from protocols.epp_server import contact_reader, domain_reader, host_reader
from protocols.epp_server.document import (
    Children,
    blame,
    local_name,
    namespace_of,
    parse,
)
from protocols.epp_server.domain_requests import TransferOperation
from protocols.epp_server.namespace import CONTACT, DOMAIN, EPP, HOST, PREFIXES
from protocols.epp_server.problem import CommandError, Culprit, refusal
from protocols.epp_server.requests import Command, ObjectCommand, Request, Unreadable
from protocols.epp_server.result_code import ResultCode
from protocols.epp_server.session_requests import Hello, Login, Logout, PollAck, PollRequest
from protocols.epp_server.simple_value import attribute, identifier, token

_OPERATIONS: Final[tuple[TransferOperation, ...]] = get_args(TransferOperation)

_OBJECT_READERS: Final[Mapping[tuple[str, str], Callable[[Element], ObjectCommand]]] = {
    (DOMAIN, "check"): domain_reader.read_check,
    (DOMAIN, "info"): domain_reader.read_info,
    (DOMAIN, "create"): domain_reader.read_create,
    (DOMAIN, "renew"): domain_reader.read_renew,
    (DOMAIN, "delete"): domain_reader.read_delete,
    (DOMAIN, "update"): domain_reader.read_update,
    (HOST, "check"): host_reader.read_check,
    (HOST, "info"): host_reader.read_info,
    (HOST, "create"): host_reader.read_create,
    (HOST, "delete"): host_reader.read_delete,
    (HOST, "update"): host_reader.read_update,
    (CONTACT, "check"): contact_reader.read_check,
    (CONTACT, "info"): contact_reader.read_info,
    (CONTACT, "create"): contact_reader.read_create,
    (CONTACT, "delete"): contact_reader.read_delete,
}
_OBJECT_COMMANDS: Final = frozenset(
    {"check", "info", "create", "renew", "delete", "update", "transfer"}
)


def read_request(xml: bytes) -> Request | Unreadable:
    """Read one data unit; whatever the octets are, this returns."""
    client_transaction_id: str | None = None
    try:
        root = Children(_epp(parse(xml)))
        body = root.any()
        root.end()
        match local_name(body) if namespace_of(body) == EPP else "":
            case "hello":
                return Request(Hello())
            case "command":
                client_transaction_id = _transaction_id(body)
                return Request(_command(body), client_transaction_id)
            case "extension":
                return Unreadable(
                    refusal(
                        ResultCode.UNIMPLEMENTED_EXTENSION, "protocol extensions are not offered"
                    ).problem
                )
            case _:
                raise refusal(
                    ResultCode.SYNTAX, "neither a command nor a hello", culprit=blame(body)
                )
    except CommandError as error:
        return Unreadable(error.problem, client_transaction_id)


def _epp(root: Element) -> Element:
    if root.tag != f"{{{EPP}}}epp":
        raise refusal(ResultCode.SYNTAX, "the root is not EPP's", culprit=blame(root))
    return root


def _transaction_id(command: Element) -> str | None:
    """Find the clTRID first, so that even a broken command is answered with it."""
    element = command.find(f"{{{EPP}}}clTRID")
    return None if element is None else token(element, 3, 64)


def _command(body: Element) -> Command:
    children = Children(body, EPP)
    verb = children.any()
    extension = children.optional("extension")
    children.optional("clTRID")
    children.end()
    if extension is not None:
        foreign = Children(extension, EPP).any()
        raise refusal(
            ResultCode.UNIMPLEMENTED_EXTENSION,
            "this extension is not offered",
            culprit=blame(foreign),
        )
    match local_name(verb) if namespace_of(verb) == EPP else "":
        case "login":
            return _login(verb)
        case "logout":
            return Logout()
        case "poll":
            return _poll(verb)
        case name if name in _OBJECT_COMMANDS:
            return _object_command(verb, name)
        case _:
            raise refusal(ResultCode.UNKNOWN_COMMAND, culprit=blame(verb))


def _login(verb: Element) -> Login:
    children = Children(verb)
    client_id = children.required("clID")
    password = children.required("pw")
    new_password = children.optional("newPW")
    options = Children(children.required("options"))
    services = Children(children.required("svcs"))
    children.end()
    version = options.required("version")
    language = options.required("lang")
    options.end()
    object_uris = services.at_least_one("objURI")
    extensions = services.optional("svcExtension")
    services.end()
    return Login(
        client_id=identifier(client_id),
        password=token(password, 6, 16),
        new_password=None if new_password is None else token(new_password, 6, 16),
        version=token(version),
        language=token(language),
        object_uris=tuple(map(token, object_uris)),
        extension_uris=() if extensions is None else _extension_uris(extensions),
    )


def _extension_uris(element: Element) -> tuple[str, ...]:
    children = Children(element)
    uris = children.at_least_one("extURI")
    children.end()
    return tuple(map(token, uris))


def _poll(verb: Element) -> PollRequest | PollAck:
    Children(verb).end()
    if attribute(verb, "op", ("req", "ack")) == "req":
        return PollRequest()
    message_id = verb.get("msgID")
    if message_id is None:
        raise refusal(
            ResultCode.MISSING_PARAMETER,
            "attribute msgID of <poll> is missing",
            culprit=Culprit(EPP, "poll"),
        )
    return PollAck(" ".join(message_id.split()))


def _object_command(verb: Element, name: str) -> ObjectCommand:
    children = Children(verb)
    payload = children.any()
    children.end()
    namespace = namespace_of(payload)
    if namespace not in PREFIXES:
        raise refusal(
            ResultCode.UNIMPLEMENTED_SERVICE, "no such object here", culprit=blame(payload)
        )
    if local_name(payload) != name:
        raise refusal(ResultCode.SYNTAX, f"<{name}> holds another command", culprit=blame(payload))
    if name == "transfer" and namespace == DOMAIN:
        return domain_reader.read_transfer(payload, attribute(verb, "op", _OPERATIONS))
    read = _OBJECT_READERS.get((namespace, name))
    if read is None:
        raise refusal(ResultCode.UNIMPLEMENTED_COMMAND, culprit=blame(payload))
    return read(payload)
