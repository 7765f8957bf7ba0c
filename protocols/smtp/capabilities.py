"""What a server can do, as it says in its answer to EHLO.

Source: RFC 5321 section 4.1.1.1; RFC 2920 (PIPELINING), RFC 1870 (SIZE), RFC 6152 (8BITMIME),
RFC 3207 (STARTTLS), RFC 4954 (AUTH), RFC 2034 (ENHANCEDSTATUSCODES), RFC 6531 (SMTPUTF8).
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """The extensions that matter here; a server that knows only HELO has none."""

    pipelining: bool = False
    size_limit_bytes: int | None = None
    """None is no limit, or none that was told."""
    takes_size: bool = False
    eight_bit: bool = False
    start_tls: bool = False
    enhanced_codes: bool = False
    smtp_utf8: bool = False
    auth_mechanisms: tuple[str, ...] = ()


def parse_capabilities(lines: Sequence[str]) -> Capabilities:
    """Read the lines of the answer to EHLO; the first is the server's name.

    Unknown extensions and sizes that are no number are passed over. `AUTH=LOGIN` is how servers
    older than RFC 2554 said it.
    """
    words: dict[str, list[str]] = {}
    for line in lines[1:]:
        keyword, *parameters = line.replace("=", " ").split() or [""]
        words.setdefault(keyword.upper(), []).extend(parameters)
    size = next(iter(words.get("SIZE", [])), "")
    limit = int(size) if size.isascii() and size.isdigit() and len(size) <= 20 else 0
    return Capabilities(
        pipelining="PIPELINING" in words,
        size_limit_bytes=limit or None,
        takes_size="SIZE" in words,
        eight_bit="8BITMIME" in words,
        start_tls="STARTTLS" in words,
        enhanced_codes="ENHANCEDSTATUSCODES" in words,
        smtp_utf8="SMTPUTF8" in words,
        auth_mechanisms=tuple(word.upper() for word in words.get("AUTH", [])),
    )
