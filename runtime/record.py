"""What is counted of a process and seldom looked at: kept apart, so that most need none of it."""


class Record:
    """Counters and the past of one process."""

    __slots__ = ("dropped", "last_exit", "peak", "restarts", "unhandled")

    def __init__(self) -> None:
        self.dropped = 0
        """Messages that found no room."""
        self.unhandled = 0
        """Messages that no case matched."""
        self.peak = 1
        """The longest the mailbox has been at the beginning of a turn."""
        self.restarts = 0
        self.last_exit: str | None = None
        """Why the predecessor ended."""


BLANK = Record()
"""Of a process that nothing happened to. Never written to."""
