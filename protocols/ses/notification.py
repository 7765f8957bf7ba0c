"""The envelopes that events come in: SNS (by HTTPS or through SQS), EventBridge, or none.

Source: AWS "Parsing Amazon SNS message formats", "Amazon EventBridge event structure".
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, TypeAlias

import msgspec

from protocols.ses.errors import MalformedEvent
from protocols.ses.events import TOPIC_VALIDATION


class _Moment(msgspec.Struct, frozen=True):
    at: Annotated[datetime, msgspec.Meta(tz=True)]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Signed:
    message_id: str
    topic_arn: str
    message: str = field(repr=False)
    timestamp: str
    """As it was written: it is part of what is signed."""
    signature_version: str = ""
    """Empty in raw copies and tests; no such message passes `verify_message`."""
    signature: str = field(default="", repr=False)
    signing_cert_url: str = ""

    @property
    def sent_at(self) -> datetime:
        """`timestamp` as a moment. Raises MalformedEvent when it is none."""
        try:
            return msgspec.convert({"at": self.timestamp}, type=_Moment).at
        except msgspec.ValidationError as error:
            raise MalformedEvent(reason="Timestamp is no moment") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification(_Signed):
    """A message published to the topic: `message` goes to `read_event`."""

    subject: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionConfirmation(_Signed):
    """Somebody asks that this endpoint hear a topic.

    Confirm by the API (ConfirmSubscription with topic and token), and only for a topic on the
    list; never by fetching `subscribe_url`, which whoever wrote the message chose.
    """

    token: str = field(repr=False)
    subscribe_url: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnsubscribeConfirmation(_Signed):
    """The subscription was ended; `token` would bring it back."""

    token: str = field(repr=False)
    subscribe_url: str = field(repr=False)


SnsMessage: TypeAlias = Notification | SubscriptionConfirmation | UnsubscribeConfirmation


@dataclass(frozen=True, slots=True, kw_only=True)
class BridgeEvent:
    """An event by EventBridge: `detail` goes to `read_event`. Who delivers it vouches for it."""

    id: str
    detail_type: str
    account: str
    region: str
    detail: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class BareEvent:
    """A record without an envelope (Firehose, SNS with raw delivery): goes to `read_event`."""

    record: bytes = field(repr=False)


Envelope: TypeAlias = SnsMessage | BridgeEvent | BareEvent


class _Shape(msgspec.Struct, frozen=True):
    """As much of each envelope as tells them apart, and all that we read of them."""

    sns_type: str | None = msgspec.field(name="Type", default=None)
    message_id: str | None = msgspec.field(name="MessageId", default=None)
    topic_arn: str | None = msgspec.field(name="TopicArn", default=None)
    message: str | None = msgspec.field(name="Message", default=None)
    timestamp: str | None = msgspec.field(name="Timestamp", default=None)
    subject: str | None = msgspec.field(name="Subject", default=None)
    token: str | None = msgspec.field(name="Token", default=None)
    subscribe_url: str | None = msgspec.field(name="SubscribeURL", default=None)
    signature_version: str = msgspec.field(name="SignatureVersion", default="")
    signature: str = msgspec.field(name="Signature", default="")
    signing_cert_url: str = msgspec.field(name="SigningCertURL", default="")
    detail_type: str | None = msgspec.field(name="detail-type", default=None)
    detail: msgspec.Raw = msgspec.Raw()
    source: str | None = None
    id: str = ""
    account: str = ""
    region: str = ""


def read_envelope(body: bytes | str) -> Envelope:
    """Read the body of a POST from SNS, or of a message from SQS.

    Nothing is believed yet: an SNS message that came by HTTPS goes through `verify_message`.
    Raises MalformedEvent when it is JSON of no envelope, or none at all.
    """
    octets = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body
    if octets.strip() == TOPIC_VALIDATION:
        return BareEvent(record=octets)
    try:
        shape = msgspec.json.decode(octets, type=_Shape)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedEvent(reason=str(error)) from error
    if shape.sns_type is not None:
        return _sns(shape)
    if shape.detail_type is not None:
        return _bridge(shape)
    return BareEvent(record=octets)


def _bridge(shape: _Shape) -> BridgeEvent:
    if shape.source != "aws.ses" or not shape.detail or shape.detail_type is None:
        raise MalformedEvent(reason="an event of EventBridge that is not from aws.ses")
    return BridgeEvent(
        id=shape.id,
        detail_type=shape.detail_type,
        account=shape.account,
        region=shape.region,
        detail=bytes(shape.detail),
    )


def _sns(shape: _Shape) -> SnsMessage:
    match shape.sns_type:
        case "Notification":
            return Notification(
                message_id=_needed(shape.message_id, "MessageId"),
                topic_arn=_needed(shape.topic_arn, "TopicArn"),
                message=_needed(shape.message, "Message"),
                timestamp=_needed(shape.timestamp, "Timestamp"),
                subject=shape.subject,
                signature_version=shape.signature_version,
                signature=shape.signature,
                signing_cert_url=shape.signing_cert_url,
            )
        case "SubscriptionConfirmation":
            return _confirmation(shape, SubscriptionConfirmation)
        case "UnsubscribeConfirmation":
            return _confirmation(shape, UnsubscribeConfirmation)
        case _:
            raise MalformedEvent(reason="an SNS message of another Type")


def _confirmation(
    shape: _Shape, kind: type[SubscriptionConfirmation] | type[UnsubscribeConfirmation]
) -> SubscriptionConfirmation | UnsubscribeConfirmation:
    return kind(
        message_id=_needed(shape.message_id, "MessageId"),
        topic_arn=_needed(shape.topic_arn, "TopicArn"),
        message=_needed(shape.message, "Message"),
        timestamp=_needed(shape.timestamp, "Timestamp"),
        token=_needed(shape.token, "Token"),
        subscribe_url=_needed(shape.subscribe_url, "SubscribeURL"),
        signature_version=shape.signature_version,
        signature=shape.signature,
        signing_cert_url=shape.signing_cert_url,
    )


def _needed(value: str | None, name: str) -> str:
    if value is None:
        raise MalformedEvent(reason=f"an SNS message without {name}")
    return value
