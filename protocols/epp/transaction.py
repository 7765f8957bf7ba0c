"""Transaction ids: the names by which an answer finds its command (RFC 5730 section 2.5)."""

import re
from itertools import count

from protocols.epp.errors import InvalidTransactionId

_PREFIX = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,42}")


class TransactionIds:
    """Makes clTRIDs that are unique for ever, as long as the prefix was never used before.

    The prefix comes from outside, random for each process: some registries keep clTRIDs in a
    unique column and drop the link at a repeat. With a counter of up to 20 digits behind it, an
    id has 3 to 64 characters.
    """

    def __init__(self, prefix: str) -> None:
        """Raise InvalidTransactionId unless `prefix` is 1 to 43 letters, digits and `._-`."""
        if _PREFIX.fullmatch(prefix) is None:
            raise InvalidTransactionId(
                text=prefix, reason="a prefix is 1 to 43 letters, digits, dots, dashes"
            )
        self._prefix = prefix
        self._counter = count(1)

    def take(self) -> str:
        """The next id."""
        return f"{self._prefix}-{next(self._counter)}"
