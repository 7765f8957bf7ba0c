"""Events: each type by its fields, strangers tolerated, nonsense refused."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.ses import (
    BareEvent,
    BounceKind,
    BounceSubtype,
    BridgeEvent,
    ComplaintReceived,
    DeliveryDelayed,
    EventTag,
    FailedRecipient,
    LinkClicked,
    Mail,
    MailBounced,
    MailDelivered,
    MailOpened,
    MailRejected,
    MailSent,
    MalformedEvent,
    Notification,
    RenderingFailed,
    SubscriptionChanged,
    TopicValidated,
    UnknownEventType,
    read_envelope,
    read_event,
)
from tests.protocols.ses.event_samples import AT, MAIL, PARTS, record
from tests.protocols.ses.published import published

_AT = datetime.fromisoformat(AT)
_MAIL = Mail(
    message_id="0100-abc-000000",
    accepted_at=datetime(2030, 1, 2, 3, 4, 5, 678000, tzinfo=UTC),
    source="shop@example.com",
    destination=("ann@example.org",),
    tags=(
        EventTag(name="send", values=("attempt-1",)),
        EventTag(name="ses:configuration-set", values=("main",)),
        EventTag(name="empty", values=()),
    ),
)
_EVENTS = {
    "Send": MailSent(mail=_MAIL),
    "Delivery": MailDelivered(
        mail=_MAIL,
        at=_AT,
        recipients=("ann@example.org",),
        took_ms=1200,
        smtp_response="250 ok",
    ),
    "Bounce": MailBounced(
        mail=_MAIL,
        at=_AT,
        kind=BounceKind.PERMANENT,
        subtype=BounceSubtype.NO_EMAIL,
        subtype_text="NoEmail",
        recipients=(
            FailedRecipient(
                address="ann@example.org",
                action="failed",
                status="5.1.1",
                diagnostic="smtp; 550 unknown",
            ),
            FailedRecipient(address="bob@example.org", action=None, status=None, diagnostic=None),
        ),
        feedback_id="fb-1",
    ),
    "Complaint": ComplaintReceived(
        mail=_MAIL,
        at=_AT,
        recipients=("ann@example.org",),
        feedback_id="fb-2",
        feedback_type="not-spam",
        subtype=None,
    ),
    "Reject": MailRejected(mail=_MAIL, reason="Bad content"),
    "DeliveryDelay": DeliveryDelayed(
        mail=_MAIL,
        at=_AT,
        delay_type="MailboxFull",
        recipients=(
            FailedRecipient(
                address="ann@example.org", action=None, status="4.2.2", diagnostic=None
            ),
        ),
        expires_at=_AT,
    ),
    "Open": MailOpened(mail=_MAIL, at=_AT, ip_address="192.0.2.1", user_agent="Mail/1"),
    "Click": LinkClicked(
        mail=_MAIL,
        at=_AT,
        link="https://a.example/",
        link_tags=(EventTag(name="k", values=("v", "w")),),
        ip_address="192.0.2.1",
        user_agent="Mail/1",
    ),
    "Rendering Failure": RenderingFailed(mail=_MAIL, template="hello", reason="no name"),
    "Subscription": SubscriptionChanged(
        mail=_MAIL,
        at=_AT,
        contact_list="all",
        source="UnsubscribeHeader",
        unsubscribed_from_all=True,
    ),
}
_NEEDED = [
    ("Delivery", "timestamp"),
    ("Delivery", "recipients"),
    ("Bounce", "bounceType"),
    ("Bounce", "bounceSubType"),
    ("Bounce", "bouncedRecipients"),
    ("Complaint", "complainedRecipients"),
    ("Reject", "reason"),
    ("DeliveryDelay", "delayType"),
    ("Open", "timestamp"),
    ("Click", "link"),
    ("Rendering Failure", "errorMessage"),
    ("Subscription", "contactList"),
]


@pytest.mark.parametrize("kind", PARTS)
def test_each_type_is_read_and_strange_fields_are_passed_over(kind: str) -> None:
    assert read_event(record(kind)) == _EVENTS[kind]
    assert read_event(record(kind).decode()) == _EVENTS[kind]
    assert read_event(record(kind, moreNews={"a": None})) == _EVENTS[kind]


@pytest.mark.parametrize("kind", ["Bounce", "Complaint", "Delivery"])
def test_a_feedback_notification_of_an_identity_is_read_too(kind: str) -> None:
    assert read_event(record(kind, key="notificationType")) == _EVENTS[kind]


@pytest.mark.parametrize(("kind", "field"), _NEEDED)
def test_a_field_that_must_be_there_is_missed(kind: str, field: str) -> None:
    with pytest.raises(MalformedEvent):
        read_event(record(kind, without=field))


@pytest.mark.parametrize("kind", ["Bounce", "Complaint"])
@pytest.mark.parametrize("field", ["timestamp", "feedbackId"])
def test_a_bounce_and_a_complaint_need_neither_time_nor_id(kind: str, field: str) -> None:
    event = read_event(record(kind, without=field))
    assert isinstance(event, MailBounced | ComplaintReceived)
    assert None in {event.at, event.feedback_id}


@pytest.mark.parametrize("kind", [kind for kind in PARTS if kind != "Send"])
def test_the_part_of_the_type_must_be_there(kind: str) -> None:
    with pytest.raises(MalformedEvent):
        read_event(json.dumps({"eventType": kind, "mail": MAIL}).encode())


@pytest.mark.parametrize("kind", ["Permanent", "Transient", "Undetermined"])
@pytest.mark.parametrize("subtype", list(BounceSubtype))
def test_every_kind_of_bounce_has_its_name(kind: str, subtype: BounceSubtype) -> None:
    event = read_event(record("Bounce", bounceType=kind, bounceSubType=subtype))
    assert isinstance(event, MailBounced)
    assert (event.kind, event.subtype, event.subtype_text) == (kind, subtype, subtype)


def test_a_bounce_of_a_new_kind_is_undetermined_and_keeps_its_words() -> None:
    event = read_event(record("Bounce", bounceType="Cosmic", bounceSubType="Ray"))
    assert isinstance(event, MailBounced)
    assert event.kind is BounceKind.UNDETERMINED
    assert (event.subtype, event.subtype_text) == (BounceSubtype.OTHER, "Ray")


def test_a_tag_is_found_by_its_name() -> None:
    event = read_event(record("Send"))
    assert isinstance(event, MailSent)
    assert event.mail.tag("send") == "attempt-1"
    assert event.mail.tag("empty") is None
    assert event.mail.tag("other") is None


def test_a_mail_may_have_no_more_than_its_id() -> None:
    event = read_event(b'{"eventType": "Send", "mail": {"messageId": "a"}}')
    assert event == MailSent(
        mail=Mail(message_id="a", accepted_at=None, source=None, destination=(), tags=())
    )


def test_a_moment_with_another_zone_is_that_moment() -> None:
    event = read_event(record("Open", timestamp="2030-01-02T03:05:00-07:00"))
    assert isinstance(event, MailOpened)
    assert event.at == _AT + timedelta(hours=7)


def test_the_words_by_which_ses_tries_a_topic_are_an_event() -> None:
    words = "Successfully validated SNS topic for Amazon SES event publishing."
    assert read_event(words) == TopicValidated()
    assert read_event(f"{words}\n".encode()) == TopicValidated()
    bare = read_envelope(words)
    assert isinstance(bare, BareEvent)
    assert read_event(bare.record) == TopicValidated()


@pytest.mark.parametrize("kind", ["Received", "AmazonSnsSubscriptionSucceeded", "", "send"])
def test_another_type_is_refused_by_a_name_of_its_own(kind: str) -> None:
    with pytest.raises((UnknownEventType, MalformedEvent)):
        read_event(json.dumps({"eventType": kind, "mail": MAIL}))


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b"hello",
        b"[]",
        b"null",
        b"{}",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"mail": ' * 100_000,
        b'{"eventType": "Send"}',
        b'{"eventType": "Send", "mail": {}}',
        b'{"eventType": "Send", "mail": {"messageId": 1}}',
        b'{"eventType": 1, "mail": {"messageId": "a"}}',
        b'{"eventType": "Send", "mail": {"messageId": "a", "timestamp": "yesterday"}}',
        b'{"eventType": "Send", "mail": {"messageId": "a", "timestamp": "2030-01-01T00:00:00"}}',
        b'{"eventType": "Send", "mail": {"messageId": "a", "tags": {"a": "b"}}}',
        b'{"eventType": "Send", "mail": {"messageId": "a"}} trailing',
    ],
)
def test_what_is_no_event_is_refused_by_a_typed_error(octets: bytes) -> None:
    with pytest.raises(MalformedEvent):
        read_event(octets)


def test_a_string_that_is_no_unicode_is_refused() -> None:
    with pytest.raises(MalformedEvent):
        read_event('{"eventType": "\ud800"}')


@given(st.sampled_from(sorted(PARTS)), st.data())
def test_a_record_cut_anywhere_is_refused(kind: str, data: st.DataObject) -> None:
    octets = record(kind)
    with pytest.raises(MalformedEvent):
        read_event(octets[: data.draw(st.integers(0, len(octets) - 1))])


_ANY: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)


@given(st.sampled_from(sorted(PARTS)), st.data())
def test_any_value_in_any_field_is_read_or_refused(kind: str, data: st.DataObject) -> None:
    name, part = PARTS[kind]
    field = data.draw(st.sampled_from([*part, "new"]))
    whole = {"eventType": kind, "mail": MAIL, name: part | {field: data.draw(_ANY)}}
    try:
        event = read_event(json.dumps(whole))
    except MalformedEvent:
        return
    assert type(event) is type(_EVENTS[kind])


def test_the_events_that_aws_publishes_are_read() -> None:
    names = "aws-docs/event-publishing-*.json", "aws-docs/notification-examples*.json"
    events = [read_event(path.read_bytes()) for name in names for path in published(name)]
    assert {type(event) for event in events} == {type(event) for event in _EVENTS.values()}
    assert len(events) >= 25


def test_the_events_of_other_people_s_tests_are_read_or_are_of_another_kind() -> None:
    for path in published("anymail/amazon_ses/*raw_ses_event.json"):
        event = read_event(path.read_bytes())
        assert type(event) in {type(known) for known in _EVENTS.values()}


def test_truly_signed_notifications_are_opened_and_read() -> None:
    for path in published("keila-signed/bounce*.json"):
        envelope = read_envelope(path.read_bytes())
        assert isinstance(envelope, Notification)
        assert isinstance(read_event(envelope.message), MailBounced)


def test_a_bare_and_a_bridged_record_are_read_the_same() -> None:
    bare = read_envelope(record("Bounce"))
    assert isinstance(bare, BareEvent)
    detail = {"source": "aws.ses", "detail-type": "Email Bounced", "id": "1", "detail": 0}
    octets = json.dumps(detail).encode().replace(b'"detail": 0', b'"detail": ' + record("Bounce"))
    bridged = read_envelope(octets)
    assert isinstance(bridged, BridgeEvent)
    assert read_event(bare.record) == read_event(bridged.detail) == _EVENTS["Bounce"]
