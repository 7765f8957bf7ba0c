"""The practice registry: a whole registry to learn and test with, in two profiles.

`PracticeRegistry` is the model, `ServerSession` one client's session with it, `FaultPlan` what goes
wrong on demand. None of them does input or output.
"""

from actors.sandbox.registry.answer import Answer
from actors.sandbox.registry.fault import ArmedFault, Fault
from actors.sandbox.registry.fault_plan import FaultPlan
from actors.sandbox.registry.fault_text import FaultTextError, describe_fault, parse_fault
from actors.sandbox.registry.registry import PracticeRegistry
from actors.sandbox.registry.repository import MemoryRepository, Repository
from actors.sandbox.registry.schema_check import BadSchemas, SchemaCheck, find_schemas
from actors.sandbox.registry.server_session import InvalidAnswerError, ServerSession
from actors.sandbox.registry.session_action import (
    Abort,
    AnswerInvalid,
    Close,
    FrameRefused,
    GoSilent,
    Handled,
    Persist,
    Send,
    SessionAction,
    Wait,
)
from actors.sandbox.registry.settings import (
    Account,
    ProfileName,
    RegistrySettings,
    SettingError,
    generate_accounts,
)
from actors.sandbox.registry.table import Change, RecordKind, latest_changes

__all__ = [
    "Abort",
    "Account",
    "Answer",
    "AnswerInvalid",
    "ArmedFault",
    "BadSchemas",
    "Change",
    "Close",
    "Fault",
    "FaultPlan",
    "FaultTextError",
    "FrameRefused",
    "GoSilent",
    "Handled",
    "InvalidAnswerError",
    "MemoryRepository",
    "Persist",
    "PracticeRegistry",
    "ProfileName",
    "RecordKind",
    "RegistrySettings",
    "Repository",
    "SchemaCheck",
    "Send",
    "ServerSession",
    "SessionAction",
    "SettingError",
    "Wait",
    "describe_fault",
    "find_schemas",
    "generate_accounts",
    "latest_changes",
    "parse_fault",
]
