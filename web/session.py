"""A signed-in operator, as one request or one socket sees it."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime

ROLES_THAT_ACT = frozenset({"operator", "admin"})


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody signed in on one browser."""

    key: str
    """Names the session in logs and among actors; of no use as a cookie."""
    name: str
    role: str
    secret: bytes
    """Makes the tokens of its forms; never shown."""
    expires_at: datetime

    @property
    def form_token(self) -> str:
        """What every form of this session carries, and no other page can know."""
        return hmac.new(self.secret, b"form", hashlib.sha256).hexdigest()

    @property
    def may_act(self) -> bool:
        """Whether buttons that change something are for this operator."""
        return self.role in ROLES_THAT_ACT

    def accepts(self, token: str) -> bool:
        """Whether `token` came from one of this session's own forms."""
        return hmac.compare_digest(token.encode(), self.form_token.encode())

    def left_s(self, now: datetime) -> float:
        """Seconds until the session ends, whatever happens."""
        return max((self.expires_at - now).total_seconds(), 0.0)
