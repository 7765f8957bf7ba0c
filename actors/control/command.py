"""One command: what it is called, what it takes, who may use it, and what it does."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any, Generic, Literal

from actors.control.arguments import Arguments, parameters, parse, recorded
from actors.control.context import Context
from actors.control.events import CommandHelp, Events
from actors.control.roles import Role

Group = Literal["look", "talk", "act", "registries", "jobs", "daemon"]
GROUPS: dict[Group, str] = {
    "look": "Look",
    "talk": "Talk to actors",
    "act": "Act on actors",
    "registries": "Registries",
    "jobs": "Jobs",
    "daemon": "The daemon",
}


class Confirm(Enum):
    """Where a command asks before it acts."""

    NEVER = "never"
    IN_SHELL = "in_shell"
    """The shell asks; a script is taken at its word."""
    ALWAYS = "always"
    """The shell asks; everywhere else it needs --yes."""


def _never(_: object) -> bool:
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Command(Generic[Arguments]):
    """A row of the command table."""

    name: str
    """One word or two: `tree`, `domain check`."""
    summary: str
    """One sentence."""
    group: Group
    role: Role
    """The least role that may use it."""
    arguments: type[Arguments]
    run: Callable[[Context, Arguments], Events]
    """Exactly one event, unless it streams."""
    examples: tuple[str, ...] = ()
    details: str = ""
    """What help says beyond the summary."""
    changes: bool = False
    """Whether it is written into the audit record."""
    confirm: Confirm = Confirm.NEVER
    harmless: Callable[[Arguments], bool] = _never
    """Whether these arguments make it one that need not ask: they name each thing it acts on."""
    timeout_s: float = 30.0
    streams: Callable[[Arguments], bool] = _never
    """Whether it goes on until it is stopped."""

    @property
    def words(self) -> tuple[str, ...]:
        """The name as it is typed."""
        return tuple(self.name.split(" "))

    @property
    def usage(self) -> str:
        """`restart ACTOR [--timeout SECONDS]`."""
        return " ".join((self.name, *(p.usage for p in parameters(self.arguments))))

    def read(self, words: tuple[str, ...]) -> Arguments:
        """The arguments from what follows the name. Raises UsageError."""
        return parse(self.arguments, words)

    def confirms(self, arguments: Arguments) -> Confirm:
        """Where it asks before it does this."""
        return Confirm.NEVER if self.harmless(arguments) else self.confirm

    def recorded(self, arguments: Arguments) -> str:
        """The command as the audit record keeps it."""
        return f"{self.name} {recorded(arguments)}".rstrip()

    def row(self) -> CommandHelp:
        """The command as help lists it."""
        return CommandHelp(self.name, self.usage, self.summary, self.role.label, self.group)

    def help(self) -> str:
        """Everything about the command."""
        lines = [f"Usage: {self.usage}", "", self.summary]
        if self.details:
            lines += ["", self.details]
        rows = [
            (", ".join(filter(None, (p.slot.short, p.label))), _remark(p))
            for p in parameters(self.arguments)
        ]
        rows += [("--json", "print one JSON document, or one line for each event of a stream")]
        if self.confirm is not Confirm.NEVER:
            rows += [("--yes", "do not ask; a script must say it" if self.confirm is Confirm.ALWAYS
                      else "do not ask")]  # fmt: skip
        width = max(len(label) for label, _ in rows)
        lines += ["", *(f"  {label:<{width}}  {remark}" for label, remark in rows)]
        if self.examples:
            lines += ["", "Examples:", *(f"  {example}" for example in self.examples)]
        lines += ["", f"Needs the role {self.role.label}."]
        return "\n".join(lines)


def _remark(parameter: Any) -> str:
    return str(parameter.slot.help)


AnyCommand = Command[Any]
