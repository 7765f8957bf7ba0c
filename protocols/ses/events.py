"""What SES tells of a mail after it took it, as values.

Events come more than once and in any order; each says for which mail, by the id that SES gave at
acceptance and by our own tags. Source: AWS "Contents of event data that Amazon SES publishes".
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final, TypeAlias

TOPIC_VALIDATION: Final = b"Successfully validated SNS topic for Amazon SES event publishing."
"""All that SES says, without JSON, when a topic becomes an event destination."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventTag:
    """A tag of the mail, ours or one of SES's own (`ses:…`), with all its values."""

    name: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """The mail that an event is about."""

    message_id: str
    accepted_at: datetime | None
    source: str | None = field(repr=False)
    destination: tuple[str, ...] = field(repr=False)
    tags: tuple[EventTag, ...]
    """Empty in feedback notifications of an identity: those carry none."""

    def tag(self, name: str) -> str | None:
        """The first value of the tag called `name`, if there is one."""
        return next((tag.values[0] for tag in self.tags if tag.name == name and tag.values), None)


class BounceKind(StrEnum):
    """How final a bounce is. UNDETERMINED also stands for a kind that AWS has added since."""

    PERMANENT = "Permanent"
    TRANSIENT = "Transient"
    UNDETERMINED = "Undetermined"


class BounceSubtype(StrEnum):
    """Why. OTHER is a subtype that AWS has added since; `subtype_text` has its name."""

    UNDETERMINED = "Undetermined"
    GENERAL = "General"
    NO_EMAIL = "NoEmail"
    SUPPRESSED = "Suppressed"
    ON_ACCOUNT_SUPPRESSION_LIST = "OnAccountSuppressionList"
    UNSUBSCRIBED_RECIPIENT = "UnsubscribedRecipient"
    MAILBOX_FULL = "MailboxFull"
    MESSAGE_TOO_LARGE = "MessageTooLarge"
    CUSTOM_TIMEOUT_EXCEEDED = "CustomTimeoutExceeded"
    CONTENT_REJECTED = "ContentRejected"
    ATTACHMENT_REJECTED = "AttachmentRejected"
    OTHER = "Other"


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedRecipient:
    """One address of a bounce or a delay; the rest comes from the other server, if it said so."""

    address: str = field(repr=False)
    action: str | None
    status: str | None
    """An enhanced status code such as 5.1.1 (RFC 3463)."""
    diagnostic: str | None = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class MailSent:
    """SES took the mail: for a send of unknown outcome, the proof that it happened."""

    mail: Mail


@dataclass(frozen=True, slots=True, kw_only=True)
class MailDelivered:
    """The recipients' server took the mail."""

    mail: Mail
    at: datetime
    recipients: tuple[str, ...] = field(repr=False)
    took_ms: int | None
    smtp_response: str | None = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class MailBounced:
    """The mail did not arrive. PERMANENT: do not send to these addresses again."""

    mail: Mail
    at: datetime | None
    kind: BounceKind
    subtype: BounceSubtype
    subtype_text: str
    recipients: tuple[FailedRecipient, ...]
    feedback_id: str | None
    """The same for the same bounce, however often it is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintReceived:
    """A recipient called the mail spam, or took that back (`feedback_type` "not-spam")."""

    mail: Mail
    at: datetime | None
    recipients: tuple[str, ...] = field(repr=False)
    """Those who may have complained: all recipients at that provider."""
    feedback_id: str | None
    feedback_type: str | None
    """Of RFC 5965: abuse, fraud, virus, not-spam, other …; None when it was not said."""
    subtype: str | None
    """"OnAccountSuppressionList" when SES did not even try."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailRejected:
    """SES took the mail, then found a virus in it and did not send it."""

    mail: Mail
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryDelayed:
    """The mail has not arrived yet; SES goes on trying until `expires_at`."""

    mail: Mail
    at: datetime
    delay_type: str
    """Such as MailboxFull, SpamDetected, IPFailure, TransientCommunicationFailure."""
    recipients: tuple[FailedRecipient, ...]
    expires_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MailOpened:
    """Something fetched the pixel: a person, a proxy or a scanner."""

    mail: Mail
    at: datetime
    ip_address: str | None = field(repr=False)
    user_agent: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkClicked:
    """Something followed a link."""

    mail: Mail
    at: datetime
    link: str = field(repr=False)
    link_tags: tuple[EventTag, ...]
    ip_address: str | None = field(repr=False)
    user_agent: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderingFailed:
    """A template of SES lacked a value; the mail was not sent."""

    mail: Mail
    template: str | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionChanged:
    """A recipient used SES's own unsubscribe link or header."""

    mail: Mail
    at: datetime
    contact_list: str
    source: str | None
    unsubscribed_from_all: bool


@dataclass(frozen=True, slots=True)
class TopicValidated:
    """SES tried the topic when it became an event destination. It is about no mail."""


MailEvent: TypeAlias = (
    MailSent
    | MailDelivered
    | MailBounced
    | ComplaintReceived
    | MailRejected
    | DeliveryDelayed
    | MailOpened
    | LinkClicked
    | RenderingFailed
    | SubscriptionChanged
)
SesEvent: TypeAlias = MailEvent | TopicValidated
