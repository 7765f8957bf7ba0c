"""Requests of the SES API v2, as values.

Source: AWS "Amazon SES API v2 Reference" (SendEmail, GetAccount, GetConfigurationSet,
ListEmailIdentities, GetEmailIdentity).
"""

from dataclasses import dataclass, field
from typing import ClassVar, Final, TypeAlias

MAX_RECIPIENTS: Final = 50
"""Addresses of one SendEmail, to, cc and bcc together. Source: AWS "Service quotas in SES"."""
MAX_PAGE_SIZE: Final = 1000
"""Identities on one page of ListEmailIdentities."""


@dataclass(frozen=True, slots=True)
class RawContent:
    """A whole MIME message. Without recipients in the request, SES takes those of its headers."""

    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class MailHeader:
    """One more header of a `SimpleContent`, such as List-Unsubscribe."""

    name: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SimpleContent:
    """A mail that SES puts together, in UTF-8. It has a text, an HTML part, or both."""

    subject: str = field(repr=False)
    text: str | None = field(default=None, repr=False)
    html: str | None = field(default=None, repr=False)
    headers: tuple[MailHeader, ...] = ()


Content: TypeAlias = RawContent | SimpleContent


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailTag:
    """Comes back with every event of the mail. Both are 1 to 256 of A-Z a-z 0-9 _ and -."""

    name: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListManagement:
    """The contact list, and its topic, that SES's own unsubscribe links act on."""

    contact_list: str
    topic: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SendEmail:
    """Send one mail. SES knows no idempotency key: sent twice, it arrives twice."""

    label: ClassVar[str] = "SendEmail"

    content: Content
    from_address: str | None = field(default=None, repr=False)
    from_identity_arn: str | None = None
    """Whose identity to send with, when another account lent it."""
    to: tuple[str, ...] = field(default=(), repr=False)
    cc: tuple[str, ...] = field(default=(), repr=False)
    bcc: tuple[str, ...] = field(default=(), repr=False)
    reply_to: tuple[str, ...] = field(default=(), repr=False)
    tags: tuple[EmailTag, ...] = ()
    configuration_set: str | None = None
    list_management: ListManagement | None = None


@dataclass(frozen=True, slots=True)
class GetAccount:
    """What the account may send. At most once per second (AWS throttles it)."""

    label: ClassVar[str] = "GetAccount"


@dataclass(frozen=True, slots=True, kw_only=True)
class GetConfigurationSet:
    """The settings of one configuration set."""

    label: ClassVar[str] = "GetConfigurationSet"

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListEmailIdentities:
    """One page of the domains and addresses that the account may send from."""

    label: ClassVar[str] = "ListEmailIdentities"

    page_size: int | None = None
    next_token: str | None = None
    """Of the page before; None for the first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GetEmailIdentity:
    """One domain or address, and whether it may send."""

    label: ClassVar[str] = "GetEmailIdentity"

    name: str


Query: TypeAlias = GetAccount | GetConfigurationSet | ListEmailIdentities | GetEmailIdentity
"""Requests that change nothing and may be repeated."""
Request: TypeAlias = SendEmail | Query
