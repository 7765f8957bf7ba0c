"""Whether an SNS message is SNS's, and for us: its signature, its certificate's place, its topic.

The signature is RSA PKCS#1 v1.5 over some of the fields in a fixed order, by SHA-1 (version 1) or
SHA-256 (version 2). It proves no more than that SNS sent it, and every account of AWS can make SNS
send: so the topic must be on a list. Fetching the certificate is the caller's work: from a URL
that `is_signing_url` allows, without redirects.
Source: AWS "Verifying the signatures of Amazon SNS messages".
"""

import base64
import binascii
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeAlias, assert_never

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from protocols.ses.notification import (
    Notification,
    SnsMessage,
    SubscriptionConfirmation,
    UnsubscribeConfirmation,
)

_SIGNING_URL: Final = re.compile(
    r"https://sns\.[a-z0-9-]+\.amazonaws\.com(\.cn)?/SimpleNotificationService-[a-f0-9]+\.pem"
)


@dataclass(frozen=True, slots=True)
class Genuine:
    """SNS sent it, from a topic on the list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Distrusted:
    """Drop it: `reason` says what is wrong, in constant words fit for a log and a counter."""

    reason: str


Verdict: TypeAlias = Genuine | Distrusted


def is_signing_url(url: str) -> bool:
    """Whether a certificate may be fetched from `url`: one of SNS's own hosts, nothing else."""
    return _SIGNING_URL.fullmatch(url) is not None


def verify_message(
    message: SnsMessage, *, certificate_pem: bytes, topics: Collection[str], at: datetime
) -> Verdict:
    """Judge `message` by the certificate that was fetched from its `signing_cert_url`.

    `topics` are the ARNs that may send to us; `at` is now, for the certificate's validity. How
    old the message may be is the caller's to say: SNS delivers late when we were down.
    """
    if message.topic_arn not in topics:
        return Distrusted(reason="the topic is not on the list")
    if not is_signing_url(message.signing_cert_url):
        return Distrusted(reason="the certificate is not from SNS")
    digest = _DIGESTS.get(message.signature_version)
    if digest is None:
        return Distrusted(reason="the version of the signature is not known")
    key = _key(certificate_pem, at)
    if isinstance(key, Distrusted):
        return key
    try:
        signature = base64.b64decode(message.signature, validate=True)
        key.verify(signature, signed_octets(message), padding.PKCS1v15(), digest)
    except (binascii.Error, ValueError, InvalidSignature):
        return Distrusted(reason="the signature is wrong")
    return Genuine()


def signed_octets(message: SnsMessage) -> bytes:
    """What the signature is over: name and value, each on a line, in the order of their names."""
    fields = [("Message", message.message), ("MessageId", message.message_id)]
    match message:
        case Notification(subject=subject):
            if subject is not None:
                fields.append(("Subject", subject))
            fields.append(("Timestamp", message.timestamp))
        case SubscriptionConfirmation() | UnsubscribeConfirmation():
            fields += [
                ("SubscribeURL", message.subscribe_url),
                ("Timestamp", message.timestamp),
                ("Token", message.token),
            ]
        case _ as never:
            assert_never(never)
    fields += [("TopicArn", message.topic_arn), ("Type", type(message).__name__)]
    lines = "".join(f"{name}\n{value}\n" for name, value in fields)
    return lines.encode("utf-8", "surrogatepass")


def _key(certificate_pem: bytes, at: datetime) -> rsa.RSAPublicKey | Distrusted:
    try:
        certificate = x509.load_pem_x509_certificate(certificate_pem)
        key = certificate.public_key()
    except ValueError:
        return Distrusted(reason="the certificate cannot be read")
    if not certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc:
        return Distrusted(reason="the certificate is not valid now")
    if not isinstance(key, rsa.RSAPublicKey):
        return Distrusted(reason="the key of the certificate is not RSA")
    return key


_DIGESTS: Final[dict[str, hashes.HashAlgorithm]] = {
    "1": hashes.SHA1(),  # noqa: S303 - what SNS signs with unless the topic says 2
    "2": hashes.SHA256(),
}
