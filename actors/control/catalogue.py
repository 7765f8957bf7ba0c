"""All commands together: found by what was typed, and listed for help."""

import difflib
from collections.abc import Sequence

from actors.control.command import GROUPS, AnyCommand
from actors.control.events import HelpShown
from actors.control.refusal import UsageError


class Catalogue:
    """The command table."""

    def __init__(self, commands: Sequence[AnyCommand]) -> None:
        self._commands = {command.name: command for command in commands}

    @property
    def commands(self) -> tuple[AnyCommand, ...]:
        """In the order of the table."""
        return tuple(self._commands.values())

    def find(self, words: Sequence[str]) -> tuple[AnyCommand, tuple[str, ...]]:
        """The command that `words` begin with, the longest name first, and what follows it.

        Raises UsageError with the nearest names.
        """
        for length in (2, 1):
            command = self._commands.get(" ".join(words[:length]))
            if command is not None:
                return command, tuple(words[length:])
        raise self._unknown(words)

    def beginning(self, word: str) -> tuple[AnyCommand, ...]:
        """The commands whose first of two words is `word`: all that `domain` can do."""
        return tuple(c for c in self.commands if len(c.words) > 1 and c.words[0] == word)

    def _unknown(self, words: Sequence[str]) -> UsageError:
        typed = " ".join(words[:2])
        family = self.beginning(words[0]) if words else ()
        if family:
            names = tuple(command.name for command in family)
            said = f"no command {typed!r}" if len(words) > 1 else f"{typed} needs one word more"
            return UsageError(said, code="unknown_command", known=names)
        nearest = difflib.get_close_matches(typed, self._commands, n=3, cutoff=0.5)
        if not nearest and words:
            nearest = difflib.get_close_matches(words[0], self._commands, n=3, cutoff=0.5)
        said = f"no command {words[0]!r}" if words else "no command given"
        return UsageError(said, code="unknown_command", nearest=tuple(nearest))

    def help(self, words: Sequence[str] = ()) -> HelpShown:
        """Help for everything, for a family such as `domain`, or for one command.

        Raises UsageError for a command that does not exist.
        """
        if not words:
            return HelpShown(self._overview(), tuple(c.row() for c in self.commands))
        family = self.beginning(words[0]) if len(words) == 1 else ()
        if family:
            return HelpShown(_listed(family), tuple(command.row() for command in family))
        command, _ = self.find(words)
        return HelpShown(command.help(), (command.row(),))

    def _overview(self) -> str:
        parts: list[str] = []
        for group, title in GROUPS.items():
            members = [command for command in self.commands if command.group == group]
            if members:
                parts += [f"{title}:\n{_listed(members)}"]
        parts += ["`help COMMAND` tells more; every command takes --json."]
        return "\n\n".join(parts)


def _listed(commands: Sequence[AnyCommand]) -> str:
    width = max(len(command.name) for command in commands)
    return "\n".join(f"  {c.name:<{width}}  {c.summary}" for c in commands)
