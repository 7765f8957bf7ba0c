"""Where the public key stands in DNS, and how its text is cut for a zone file."""

_LONGEST_STRING = 255


def record_name(*, selector: str, domain: str) -> str:
    """The name of the TXT record, without a final dot (RFC 6376 section 3.6.2.1).

    >>> record_name(selector="s1", domain="example.com")
    's1._domainkey.example.com'
    """
    return f"{selector}._domainkey.{domain}"


def record_strings(text: str) -> tuple[str, ...]:
    """`text` in pieces of at most 255 characters, which verifiers join again.

    A key of RSA-2048 needs two. Sources: RFC 1035 section 3.3.14, RFC 6376 section 3.6.2.2.
    """
    return tuple(
        text[start : start + _LONGEST_STRING] for start in range(0, len(text), _LONGEST_STRING)
    )
