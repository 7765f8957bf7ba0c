"""What carries frames between a client and its socket actor."""

from typing import Protocol

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from protocols.channels import Frame


class Transport(Protocol):
    """A two-way stream of frames."""

    async def receive(self) -> Frame | None:
        """The client's next frame; None when it has gone."""
        ...

    async def send(self, frame: Frame) -> None:
        """Send a frame; waits while the client does not read. Raises Gone."""
        ...


class Gone(Exception):
    """The client went away while we were sending."""


class WebSocketTransport:
    """Frames over a WebSocket that has been accepted."""

    def __init__(self, websocket: WebSocket) -> None:
        self._websocket = websocket

    async def receive(self) -> Frame | None:
        """See `Transport.receive`."""
        message = await self._websocket.receive()
        if message["type"] == "websocket.disconnect":
            return None
        text: str | None = message.get("text")
        data: bytes | None = message.get("bytes")
        return text if text is not None else data or b""

    async def send(self, frame: Frame) -> None:
        """See `Transport.send`."""
        try:
            match frame:
                case str(text):
                    await self._websocket.send_text(text)
                case bytes(data):
                    await self._websocket.send_bytes(data)
        except (WebSocketDisconnect, RuntimeError) as error:
            raise Gone from error

    async def close(self, code: int) -> None:
        """Close the WebSocket unless the client has."""
        both = (self._websocket.client_state, self._websocket.application_state)
        if both == (WebSocketState.CONNECTED, WebSocketState.CONNECTED):
            await self._websocket.close(code)
