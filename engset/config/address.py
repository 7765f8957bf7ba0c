"""Where to listen: `127.0.0.1:8700`, `[::1]:8700`, `localhost:0`."""

import ipaddress
import re
from dataclasses import dataclass

_HOST = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))*\.?", re.IGNORECASE)
_LONGEST_HOST = 253


@dataclass(frozen=True, slots=True)
class Address:
    """Where to listen. Port 0 takes a free one."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach it."""
        if self.host == "localhost":
            return True
        return is_ip_address(self.host) and ipaddress.ip_address(self.host).is_loopback


def parse_address(text: str) -> Address:
    """`HOST:PORT`, `[V6]:PORT`. Raises ValueError with the reason."""
    host, colon, port_text = text.rpartition(":")
    if not colon or not port_text.isascii() or not port_text.isdecimal():
        raise ValueError(f"{text!r} is not HOST:PORT")
    if len(port_text) > 5 or int(port_text) > 65_535:
        raise ValueError(f"{port_text} is not a port")
    if host.startswith("[") and host.endswith("]"):
        host = host[1:-1]
        if ":" not in host or not is_ip_address(host):
            raise ValueError(f"{host!r} is not an IPv6 address")
    elif ":" in host:
        raise ValueError(f"{text!r} is not HOST:PORT; an IPv6 address stands in [brackets]")
    if not host:
        raise ValueError(f"{text!r} names no host")
    if not is_host(host):
        raise ValueError(f"{host!r} is neither a host name nor an IP address")
    return Address(host, int(port_text))


def is_host(text: str) -> bool:
    """Whether it is a host name in ASCII (RFC 1123 section 2.1) or an IP address."""
    if is_ip_address(text):
        return True
    last_label = text.rstrip(".").rpartition(".")[2]
    return (
        len(text) <= _LONGEST_HOST
        and _HOST.fullmatch(text) is not None
        and not last_label.isdecimal()  # 300.1.1.1 is a mistyped address, not a name
    )


def is_ip_address(text: str) -> bool:
    """Whether it is an IPv4 or IPv6 address."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
