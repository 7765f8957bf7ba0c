"""Envelopes of SNS and whom to believe: the signature, the certificate's place, the topic."""

import base64
import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import cache

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given
from hypothesis import strategies as st

from protocols.ses import (
    BareEvent,
    BridgeEvent,
    Distrusted,
    Genuine,
    MalformedEvent,
    Notification,
    SnsMessage,
    SubscriptionConfirmation,
    UnsubscribeConfirmation,
    Verdict,
    is_signing_url,
    read_envelope,
    signed_octets,
    verify_message,
)
from tests.protocols.ses.published import published

_NOW = datetime(2030, 1, 1, tzinfo=UTC)
_TOPIC = "arn:aws:sns:eu-central-1:1:ses"
_URL = "https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-0a1b2c.pem"
_FIELDS = {
    "Notification": ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"],
    "SubscriptionConfirmation": [
        "Message",
        "MessageId",
        "SubscribeURL",
        "Timestamp",
        "Token",
        "TopicArn",
        "Type",
    ],
}
_FIELDS["UnsubscribeConfirmation"] = _FIELDS["SubscriptionConfirmation"]


@cache
def _rsa_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@cache
def _certificate(*, of_rsa: bool = True) -> bytes:
    key = _rsa_key() if of_rsa else ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "sns.amazonaws.com")])
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(_NOW).not_valid_after(_NOW + timedelta(days=1))
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM)


def _body(kind: str = "Notification", **changes: str | None) -> dict[str, str]:
    body: dict[str, str | None] = {
        "Type": kind,
        "MessageId": "m-1",
        "TopicArn": _TOPIC,
        "Message": "hello\nthere",
        "Timestamp": "2030-01-01T01:00:00.123Z",
        "SignatureVersion": "2",
        "SigningCertURL": _URL,
        "UnsubscribeURL": "https://sns.example/",
    }
    if kind != "Notification":
        body |= {"Token": "t0k3n", "SubscribeURL": "https://sns.example/confirm"}
    return {name: value for name, value in (body | changes).items() if value is not None}


def _signed(kind: str = "Notification", **changes: str | None) -> SnsMessage:
    """A message signed as AWS documents it, by code of its own."""
    body = _body(kind, **changes)
    text = "".join(f"{name}\n{body[name]}\n" for name in _FIELDS[kind] if name in body)
    digest = hashes.SHA1() if body["SignatureVersion"] == "1" else hashes.SHA256()
    signature = _rsa_key().sign(text.encode(), padding.PKCS1v15(), digest)
    return _read(body | {"Signature": base64.b64encode(signature).decode()})


def _read(body: dict[str, str]) -> SnsMessage:
    message = read_envelope(json.dumps(body))
    assert isinstance(message, Notification | SubscriptionConfirmation | UnsubscribeConfirmation)
    return message


def _verdict(
    message: SnsMessage,
    *,
    certificate_pem: bytes | None = None,
    topics: tuple[str, ...] = (_TOPIC,),
    at: datetime = _NOW + timedelta(hours=1),
) -> Verdict:
    pem = _certificate() if certificate_pem is None else certificate_pem
    return verify_message(message, certificate_pem=pem, topics=topics, at=at)


@pytest.mark.parametrize("version", ["1", "2"])
@pytest.mark.parametrize("subject", [None, "", "Amazon SES Email Event Notification"])
def test_a_notification_that_sns_signed_is_genuine(version: str, subject: str | None) -> None:
    assert _verdict(_signed(SignatureVersion=version, Subject=subject)) == Genuine()


@pytest.mark.parametrize("kind", ["SubscriptionConfirmation", "UnsubscribeConfirmation"])
def test_a_confirmation_that_sns_signed_is_genuine_and_has_its_token(kind: str) -> None:
    message = _signed(kind)
    assert _verdict(message) == Genuine()
    assert isinstance(message, SubscriptionConfirmation | UnsubscribeConfirmation)
    assert (message.token, message.sent_at) == (
        "t0k3n",
        datetime(2030, 1, 1, 1, 0, 0, 123000, tzinfo=UTC),
    )
    assert "t0k3n" not in repr(message)


@pytest.mark.parametrize(
    ("kind", "field"),
    [(kind, field) for kind, fields in _FIELDS.items() for field in fields if field != "Type"],
)
def test_a_message_that_was_changed_is_distrusted(kind: str, field: str) -> None:
    good = _signed(kind)
    forged = _read(_body(kind, Signature=good.signature) | {field: "arn:other"})
    assert _verdict(forged, topics=(_TOPIC, "arn:other")) == Distrusted(
        reason="the signature is wrong"
    )


def test_a_subject_that_was_added_is_distrusted() -> None:
    forged = _read(_body(Signature=_signed().signature, Subject="new"))
    assert isinstance(_verdict(forged), Distrusted)


def test_a_good_signature_for_a_topic_of_somebody_else_is_distrusted() -> None:
    message = _signed(TopicArn="arn:aws:sns:eu-central-1:666:mine")
    assert _verdict(message) == Distrusted(reason="the topic is not on the list")


@pytest.mark.parametrize("signature", ["", "%%%", "AAAA", "ÿ"])
def test_a_signature_that_is_none_is_distrusted(signature: str) -> None:
    message = _read(_body(Signature=signature))
    assert _verdict(message) == Distrusted(reason="the signature is wrong")


@pytest.mark.parametrize("version", ["", "0", "3", "2 "])
def test_a_signature_of_another_version_is_distrusted(version: str) -> None:
    message = _read(_body(Signature="AAAA", SignatureVersion=version))
    assert _verdict(message) == Distrusted(reason="the version of the signature is not known")


def test_a_signature_of_one_version_does_not_pass_as_the_other() -> None:
    body = _body(Signature=_signed(SignatureVersion="1").signature, SignatureVersion="2")
    assert isinstance(_verdict(_read(body)), Distrusted)


@pytest.mark.parametrize("pem", [b"", b"-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----"])
def test_a_certificate_that_cannot_be_read_is_distrusted(pem: bytes) -> None:
    verdict = _verdict(_signed(), certificate_pem=pem)
    assert verdict == Distrusted(reason="the certificate cannot be read")


def test_a_certificate_without_an_rsa_key_is_distrusted() -> None:
    verdict = _verdict(_signed(), certificate_pem=_certificate(of_rsa=False))
    assert verdict == Distrusted(reason="the key of the certificate is not RSA")


@pytest.mark.parametrize("at", [_NOW - timedelta(seconds=1), _NOW + timedelta(days=2)])
def test_a_certificate_that_is_not_valid_now_is_distrusted(at: datetime) -> None:
    assert _verdict(_signed(), at=at) == Distrusted(reason="the certificate is not valid now")


@pytest.mark.parametrize(
    ("url", "good"),
    [
        (_URL, True),
        ("https://sns.cn-north-1.amazonaws.com.cn/SimpleNotificationService-0f.pem", True),
        ("http://sns.eu-central-1.amazonaws.com/SimpleNotificationService-0f.pem", False),
        ("https://sns.x.amazonaws.com.evil.example/SimpleNotificationService-0f.pem", False),
        (
            "https://evil.example/https://sns.x.amazonaws.com/SimpleNotificationService-0f.pem",
            False,
        ),
        ("https://sns.x.amazonaws.com@evil.example/SimpleNotificationService-0f.pem", False),
        ("https://sns.x.amazonaws.com:99/SimpleNotificationService-0f.pem", False),
        ("https://bucket.s3.amazonaws.com/SimpleNotificationService-0f.pem", False),
        ("https://sns.x.amazonaws.com/SimpleNotificationService-0f.pem?a", False),
        ("https://sns.x.amazonaws.com/SimpleNotificationService-0f.pem\n", False),
        ("", False),
    ],
)
def test_a_certificate_comes_from_sns_s_own_hosts_only(url: str, *, good: bool) -> None:
    assert is_signing_url(url) is good
    expected: Verdict = Genuine() if good else Distrusted(reason="the certificate is not from SNS")
    assert _verdict(_signed(SigningCertURL=url)) == expected


@pytest.mark.parametrize("field", ["MessageId", "TopicArn", "Message", "Timestamp"])
@pytest.mark.parametrize("kind", _FIELDS)
def test_a_message_without_a_field_it_needs_is_refused(kind: str, field: str) -> None:
    with pytest.raises(MalformedEvent, match=field):
        read_envelope(json.dumps(_body(kind, **{field: None})))


@pytest.mark.parametrize("field", ["Token", "SubscribeURL"])
def test_a_confirmation_without_its_token_is_refused(field: str) -> None:
    with pytest.raises(MalformedEvent, match=field):
        read_envelope(json.dumps(_body("SubscriptionConfirmation", **{field: None})))


@pytest.mark.parametrize("timestamp", ["", "yesterday", "2030-01-01T00:00:00"])
def test_a_timestamp_that_is_no_moment_is_refused_when_it_is_asked_for(timestamp: str) -> None:
    with pytest.raises(MalformedEvent):
        _ = _read(_body(Timestamp=timestamp)).sent_at


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b"hello",
        b"[]",
        b"\xff",
        b"[" * 100_000,
        b'{"Type": "Other"}',
        b'{"Type": 1}',
        b'{"Type": "Notification", "Message": {}}',
        b'{"detail-type": "Email Bounced", "detail": {}}',
        b'{"detail-type": "Email Bounced", "source": "my.app", "detail": {}}',
        b'{"detail-type": "Email Bounced", "source": "aws.ses"}',
    ],
)
def test_what_is_no_envelope_is_refused(octets: bytes) -> None:
    with pytest.raises(MalformedEvent):
        read_envelope(octets)


def test_an_event_of_the_bridge_says_where_it_is_from() -> None:
    body = {
        "version": "0",
        "id": "e-1",
        "detail-type": "Email Bounced",
        "source": "aws.ses",
        "account": "1",
        "region": "eu-central-1",
        "detail": {"eventType": "Bounce"},
    }
    event = read_envelope(json.dumps(body))
    assert isinstance(event, BridgeEvent)
    assert (event.id, event.detail_type, event.account, event.region) == (
        "e-1",
        "Email Bounced",
        "1",
        "eu-central-1",
    )
    assert json.loads(event.detail) == {"eventType": "Bounce"}


@given(st.text(max_size=50))
def test_any_text_is_an_envelope_or_refused(text: str) -> None:
    with suppress(MalformedEvent):
        assert isinstance(read_envelope(text), BareEvent)


def test_messages_that_aws_truly_signed_are_canonicalised() -> None:
    for path in published("keila-signed/*.json"):
        body = json.loads(path.read_bytes())
        names = [name for name in _FIELDS[body["Type"]] if name in body]
        message = _read(body)
        assert signed_octets(message).decode().count("\n") >= 2 * len(names)
        assert signed_octets(message) == "".join(f"{n}\n{body[n]}\n" for n in names).encode()
        assert is_signing_url(message.signing_cert_url)
