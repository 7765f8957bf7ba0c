"""What can be wrong with a frame: the peer's fault or ours, with fields to say what."""


class ChannelsError(Exception):
    """Anything that breaks the Phoenix Channels protocol."""


class RemoteProtocolError(ChannelsError):
    """The peer sent what the protocol does not allow; its connection is to be closed."""


class LocalProtocolError(ChannelsError):
    """We were about to send what the protocol cannot carry."""


class FrameTooLarge(RemoteProtocolError):
    """The peer sent more than we read at once."""

    def __init__(self, *, size_bytes: int, limit_bytes: int) -> None:
        super().__init__(f"frame of {size_bytes} bytes; the limit is {limit_bytes}")
        self.size_bytes = size_bytes
        self.limit_bytes = limit_bytes


class MalformedFrame(RemoteProtocolError):
    """The peer's frame does not have the shape of a Channels V2 message."""

    def __init__(self, *, reason: str) -> None:
        super().__init__(f"malformed frame: {reason}")
        self.reason = reason


class TooManyFrames(RemoteProtocolError):
    """One long-poll request carried more messages than a request may."""

    def __init__(self, *, count: int, limit: int) -> None:
        super().__init__(f"{count} messages in one request; the limit is {limit}")
        self.count = count
        self.limit = limit


class NameTooLong(LocalProtocolError):
    """A name does not fit the one length octet that a binary frame has for it."""

    def __init__(self, *, field: str, size_bytes: int) -> None:
        super().__init__(f"{field} of {size_bytes} bytes; a binary frame holds 255")
        self.field = field
        self.size_bytes = size_bytes
