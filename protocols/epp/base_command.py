"""What every command can tell about itself, for pools, logs and pages."""

from typing import ClassVar, Literal

CommandClass = Literal["session", "query", "transform"]
"""The classes that response times are promised for (ICANN Registry Agreement Specification 10)."""


class BaseCommand:
    """The parent of all commands. A command class names itself and its class, and no more."""

    __slots__ = ()

    label: ClassVar[str]
    """`domain:check`: the object and the verb, or the verb alone."""
    usual_class: ClassVar[CommandClass]

    @property
    def command_class(self) -> CommandClass:
        """The class this very command counts in."""
        return self.usual_class

    @property
    def is_transform(self) -> bool:
        """Whether it may change what costs money or trust, so that a lost answer is unknown."""
        return self.command_class == "transform"

    @property
    def object_name(self) -> str | None:
        """The object it is about, the first one of several; None for the session's own."""
        return None
