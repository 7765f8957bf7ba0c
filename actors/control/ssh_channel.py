"""The parts of asyncssh's server channel that a session uses, typed for text."""

from collections.abc import Callable
from typing import Protocol

KeyHandler = Callable[[str, int], tuple[str, int] | bool]
"""Line and cursor in, line and cursor out; False rings the bell."""


class Channel(Protocol):
    """A channel with its line editor (asyncssh.SSHServerChannel, SSHLineEditorChannel)."""

    def write(self, data: str) -> None:
        """Send text to the client."""
        ...

    def write_stderr(self, data: str) -> None:
        """Send text to the client's standard error."""
        ...

    def exit(self, status: int) -> None:
        """Send the exit status and close."""
        ...

    def is_closing(self) -> bool:
        """Whether nothing more can be sent."""
        ...

    def get_terminal_type(self) -> str | None:
        """`xterm-256color`, or None without a terminal."""
        ...

    def get_terminal_size(self) -> tuple[int, int, int, int]:
        """Columns, rows, and pixels; 0 where unknown."""
        ...

    # Only with a terminal:

    def register_key(self, key: str, handler: KeyHandler) -> None:
        """Call `handler` when `key` is pressed in a line."""
        ...

    def clear_input(self) -> None:
        """Forget what was typed in this line."""
        ...

    def set_line_mode(self, line_mode: bool) -> None:  # noqa: FBT001 - asyncssh's signature
        """Whether keys come as whole lines."""
        ...
