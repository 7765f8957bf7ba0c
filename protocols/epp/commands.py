"""Every command the engine can send, as one type."""

from typing import TypeAlias

from protocols.epp.contact_commands import ContactCommand
from protocols.epp.domain_commands import DomainCommand
from protocols.epp.host_commands import HostCommand
from protocols.epp.session_commands import SessionCommand

ObjectCommand: TypeAlias = DomainCommand | HostCommand | ContactCommand
"""The commands about what the registry keeps."""

Command: TypeAlias = SessionCommand | ObjectCommand
"""A plain value; it knows its `label`, `command_class`, `is_transform` and `object_name`."""
