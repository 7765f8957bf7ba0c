"""The sandboxes: real peers on loopback for everything that is not configured yet."""

from actors.sandbox.doorway import Doorway, PortTaken
from actors.sandbox.messages import Arm, ArmedFaults, ClearFaults, WhereListening
from actors.sandbox.practice import Practice, prepare_practice
from actors.sandbox.recorder import Recorder
from actors.sandbox.records import DatabaseRepository
from actors.sandbox.registry import (
    ArmedFault,
    BadSchemas,
    FaultTextError,
    MemoryRepository,
    ProfileName,
    RegistrySettings,
    Repository,
    SettingError,
    find_schemas,
    parse_fault,
)
from actors.sandbox.server import PracticeServer

__all__ = [
    "Arm",
    "ArmedFault",
    "ArmedFaults",
    "BadSchemas",
    "ClearFaults",
    "DatabaseRepository",
    "Doorway",
    "FaultTextError",
    "MemoryRepository",
    "PortTaken",
    "Practice",
    "PracticeServer",
    "ProfileName",
    "Recorder",
    "RegistrySettings",
    "Repository",
    "SettingError",
    "WhereListening",
    "find_schemas",
    "parse_fault",
    "prepare_practice",
]
