"""What the registry made of one data unit."""

from dataclasses import dataclass, field

from actors.sandbox.registry.table import Change
from protocols.epp_server import ResultCode


@dataclass(frozen=True, slots=True)
class Answer:
    """One data unit for the client, and what must be stored before it is sent."""

    xml: bytes = field(repr=False)
    code: ResultCode
    closes: bool
    """The connection is to be closed behind the answer."""
    changes: tuple[Change, ...]
    request_label: str
    object_name: str
