"""SES's JSON events, read: fields we do not know are passed over, those we need must be right.

A bounce or a complaint is read without its time and id too: that address must get no more mail.
The same record comes from event publishing (`eventType`) and from the feedback notifications of
an identity (`notificationType`, without tags). Source: AWS "Contents of event data that Amazon
SES publishes to Amazon SNS", "Amazon SNS notification contents for Amazon SES".
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Annotated, Final, TypeAlias, TypeVar

import msgspec

from protocols.ses.errors import MalformedEvent, UnknownEventType
from protocols.ses.events import (
    TOPIC_VALIDATION,
    BounceKind,
    BounceSubtype,
    ComplaintReceived,
    DeliveryDelayed,
    EventTag,
    FailedRecipient,
    LinkClicked,
    Mail,
    MailBounced,
    MailDelivered,
    MailEvent,
    MailOpened,
    MailRejected,
    MailSent,
    RenderingFailed,
    SesEvent,
    SubscriptionChanged,
    TopicValidated,
)

_KINDS: Final = frozenset(BounceKind)
_SUBTYPES: Final = frozenset(BounceSubtype)

_Moment: TypeAlias = Annotated[datetime, msgspec.Meta(tz=True)]
_Tags: TypeAlias = dict[str, tuple[str, ...]]


class _Record(msgspec.Struct, frozen=True, rename="camel"):
    pass


class _Mail(_Record, frozen=True):
    message_id: str
    timestamp: _Moment | None = None
    source: str | None = None
    destination: tuple[str, ...] = ()
    tags: _Tags = msgspec.field(default_factory=dict[str, tuple[str, ...]])


class _Recipient(_Record, frozen=True):
    email_address: str
    action: str | None = None
    status: str | None = None
    diagnostic_code: str | None = None


class _Delivery(_Record, frozen=True):
    timestamp: _Moment
    recipients: tuple[str, ...]
    processing_time_millis: int | None = None
    smtp_response: str | None = None


class _Bounce(_Record, frozen=True):
    bounce_type: str
    bounce_sub_type: str
    bounced_recipients: tuple[_Recipient, ...]
    timestamp: _Moment | None = None
    feedback_id: str | None = None


class _Complaint(_Record, frozen=True):
    complained_recipients: tuple[_Recipient, ...]
    timestamp: _Moment | None = None
    feedback_id: str | None = None
    complaint_feedback_type: str | None = None
    complaint_sub_type: str | None = None


class _Reject(_Record, frozen=True):
    reason: str


class _Delay(_Record, frozen=True):
    timestamp: _Moment
    delay_type: str
    delayed_recipients: tuple[_Recipient, ...]
    expiration_time: _Moment | None = None


class _Open(_Record, frozen=True):
    timestamp: _Moment
    ip_address: str | None = None
    user_agent: str | None = None


class _Click(_Record, frozen=True):
    timestamp: _Moment
    link: str
    link_tags: _Tags | None = None
    ip_address: str | None = None
    user_agent: str | None = None


class _Failure(_Record, frozen=True):
    error_message: str
    template_name: str | None = None


class _Preferences(_Record, frozen=True):
    unsubscribe_all: bool = False


class _Subscription(_Record, frozen=True):
    timestamp: _Moment
    contact_list: str
    source: str | None = None
    new_topic_preferences: _Preferences = _Preferences()


class _Envelope(_Record, frozen=True):
    event_type: str | None = None
    notification_type: str | None = None
    mail: _Mail | None = None
    delivery: _Delivery | None = None
    bounce: _Bounce | None = None
    complaint: _Complaint | None = None
    reject: _Reject | None = None
    delivery_delay: _Delay | None = None
    open: _Open | None = None
    click: _Click | None = None
    failure: _Failure | None = None
    subscription: _Subscription | None = None


def read_event(record: bytes | str) -> SesEvent:
    """Read one record: the `Message` of SNS, the `detail` of EventBridge, a line of Firehose.

    Raises UnknownEventType for a kind of event that is not in `SesEvent`, MalformedEvent for all
    else that is not as AWS documents it.
    """
    octets = record.encode("utf-8", "surrogatepass") if isinstance(record, str) else record
    if octets.strip() == TOPIC_VALIDATION:
        return TopicValidated()
    try:
        envelope = msgspec.json.decode(octets, type=_Envelope)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedEvent(reason=str(error)) from error
    named = envelope.event_type or envelope.notification_type
    if named is None:
        raise MalformedEvent(reason="it has neither eventType nor notificationType")
    read = _READERS.get(named.replace(" ", ""))
    if read is None:
        raise UnknownEventType(reason=f"the type {named[:40]!r} is not known")
    return read(envelope, _mail(_needed(envelope.mail, "mail")))


def _delivered(envelope: _Envelope, mail: Mail) -> MailDelivered:
    delivery = _needed(envelope.delivery, "delivery")
    return MailDelivered(
        mail=mail,
        at=delivery.timestamp,
        recipients=delivery.recipients,
        took_ms=delivery.processing_time_millis,
        smtp_response=delivery.smtp_response,
    )


def _bounced(envelope: _Envelope, mail: Mail) -> MailBounced:
    bounce = _needed(envelope.bounce, "bounce")
    kind, subtype = bounce.bounce_type, bounce.bounce_sub_type
    return MailBounced(
        mail=mail,
        at=bounce.timestamp,
        kind=BounceKind(kind) if kind in _KINDS else BounceKind.UNDETERMINED,
        subtype=BounceSubtype(subtype) if subtype in _SUBTYPES else BounceSubtype.OTHER,
        subtype_text=subtype,
        recipients=_recipients(bounce.bounced_recipients),
        feedback_id=bounce.feedback_id,
    )


def _complained(envelope: _Envelope, mail: Mail) -> ComplaintReceived:
    complaint = _needed(envelope.complaint, "complaint")
    return ComplaintReceived(
        mail=mail,
        at=complaint.timestamp,
        recipients=tuple(one.email_address for one in complaint.complained_recipients),
        feedback_id=complaint.feedback_id,
        feedback_type=complaint.complaint_feedback_type,
        subtype=complaint.complaint_sub_type,
    )


def _delayed(envelope: _Envelope, mail: Mail) -> DeliveryDelayed:
    delay = _needed(envelope.delivery_delay, "deliveryDelay")
    return DeliveryDelayed(
        mail=mail,
        at=delay.timestamp,
        delay_type=delay.delay_type,
        recipients=_recipients(delay.delayed_recipients),
        expires_at=delay.expiration_time,
    )


def _opened(envelope: _Envelope, mail: Mail) -> MailOpened:
    opened = _needed(envelope.open, "open")
    return MailOpened(
        mail=mail,
        at=opened.timestamp,
        ip_address=opened.ip_address,
        user_agent=opened.user_agent,
    )


def _clicked(envelope: _Envelope, mail: Mail) -> LinkClicked:
    click = _needed(envelope.click, "click")
    return LinkClicked(
        mail=mail,
        at=click.timestamp,
        link=click.link,
        link_tags=_tags(click.link_tags or {}),
        ip_address=click.ip_address,
        user_agent=click.user_agent,
    )


def _rendering_failed(envelope: _Envelope, mail: Mail) -> RenderingFailed:
    failure = _needed(envelope.failure, "failure")
    return RenderingFailed(mail=mail, template=failure.template_name, reason=failure.error_message)


def _subscription_changed(envelope: _Envelope, mail: Mail) -> SubscriptionChanged:
    subscription = _needed(envelope.subscription, "subscription")
    return SubscriptionChanged(
        mail=mail,
        at=subscription.timestamp,
        contact_list=subscription.contact_list,
        source=subscription.source,
        unsubscribed_from_all=subscription.new_topic_preferences.unsubscribe_all,
    )


_READERS: Final[Mapping[str, Callable[[_Envelope, Mail], MailEvent]]] = {
    "Send": lambda _, mail: MailSent(mail=mail),
    "Delivery": _delivered,
    "Bounce": _bounced,
    "Complaint": _complained,
    "Reject": lambda envelope, mail: MailRejected(
        mail=mail, reason=_needed(envelope.reject, "reject").reason
    ),
    "DeliveryDelay": _delayed,
    "Open": _opened,
    "Click": _clicked,
    "RenderingFailure": _rendering_failed,
    "Subscription": _subscription_changed,
}
"""By type; "Rendering Failure" is written with a space."""

_Part = TypeVar("_Part")


def _needed(part: _Part | None, name: str) -> _Part:
    if part is None:
        raise MalformedEvent(reason=f"it has no {name}")
    return part


def _mail(mail: _Mail) -> Mail:
    return Mail(
        message_id=mail.message_id,
        accepted_at=mail.timestamp,
        source=mail.source,
        destination=mail.destination,
        tags=_tags(mail.tags),
    )


def _tags(tags: Mapping[str, tuple[str, ...]]) -> tuple[EventTag, ...]:
    return tuple(EventTag(name=name, values=values) for name, values in tags.items())


def _recipients(recipients: tuple[_Recipient, ...]) -> tuple[FailedRecipient, ...]:
    return tuple(
        FailedRecipient(
            address=one.email_address,
            action=one.action,
            status=one.status,
            diagnostic=one.diagnostic_code,
        )
        for one in recipients
    )
