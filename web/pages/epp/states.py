"""How the states of registries and connections look."""

from actors.epp import ConnectionState, RegistryState
from web.components import Tone
from web.formatting import words

_REGISTRY_TONES: dict[RegistryState, Tone] = {
    "starting": "active",
    "up": "good",
    "degraded": "warn",
    "paused": "off",
    "locked_out": "bad",
    "down": "bad",
    "draining": "off",
}

_CONNECTION_TONES: dict[ConnectionState, Tone] = {
    "connecting": "off",
    "greeting": "off",
    "login": "off",
    "idle": "good",
    "busy": "active",
    "hello": "active",
    "draining": "off",
    "backing_off": "warn",
}


def registry_tone(state: RegistryState) -> Tone:
    """The tone of a registry's badge."""
    return _REGISTRY_TONES[state]


def registry_label(state: RegistryState) -> str:
    """The word on a registry's badge."""
    return words(state)


def connection_tone(state: ConnectionState) -> Tone:
    """The tone of a connection's lamp and badge."""
    return _CONNECTION_TONES[state]
