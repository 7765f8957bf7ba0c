"""Frames fit for logs: no passwords, no authInfo, no mail addresses.

It works on octets, so that it also serves for frames that no parser takes: whatever opens and is
not closed is hidden to the end.
"""

import re
from typing import Final

_SECRETS: Final = re.compile(
    rb"<((?:[\w.-]+:)?(?:pw|newPW|authInfo|email))((?:\s[^>]*)?(?<!/))>.*?(</\1\s*>|\Z)",
    re.DOTALL,
)


def mask_frame(xml: bytes) -> bytes:
    """`xml` with the content of every `pw`, `newPW`, `authInfo` and `email` replaced by `***`.

    A document in UTF-16 is replaced as a whole.
    """
    if b"\x00" in xml:
        return b"(%d octets that are not UTF-8)" % len(xml)
    return _SECRETS.sub(rb"<\1\2>***\3", xml)
