"""What went wrong at the doors, counted."""

from dataclasses import dataclass


@dataclass(slots=True)
class SocketStats:
    """Since the server started."""

    refused: int = 0
    """Clients that were not let in."""
    protocol_errors: int = 0
    """Clients that sent what the protocol does not allow."""
