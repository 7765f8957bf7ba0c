"""The example of RFC 8463 appendix A: a mail with both signatures, as published."""

import base64
import hashlib
import re

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key

from protocols.dkim import ed25519_key, relaxed_body, relaxed_field
from tests.protocols.dkim.keys import verdict

SEED = base64.b64decode("nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=")
RECORDS = {
    "brisbane._domainkey.football.example.com": (
        "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
    ),
    "test._domainkey.football.example.com": (
        "v=DKIM1; k=rsa; p="
        "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWRiGs5V6NpP3idY6Wk08a5qhdR6wy5bdOKb2jLQi"
        "Y/J16JYi0Qvx/byYzCNb3W91y3FutACDfzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZy"
        "VYLzBfO2EeC3Ip3G+2kryOTIKT+l/K4w3QIDAQAB"
    ),
}
ED25519_SIGNATURE = b"""\
DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;
 d=football.example.com; i=@football.example.com;
 q=dns/txt; s=brisbane; t=1528637909; h=from : to :
 subject : date : message-id : from : subject : date;
 bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;
 b=/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11Bus
 Fa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==
""".replace(b"\n", b"\r\n")
RSA_SIGNATURE = b"""\
DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;
 d=football.example.com; i=@football.example.com;
 q=dns/txt; s=test; t=1528637909; h=from : to : subject :
 date : message-id : from : subject : date;
 bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;
 b=F45dVWDfMbQDGHJFlXUNB2HKfbCeLRyhDXgFpEL8GwpsRe0IeIixNTe3
 DhCVlUrSjV4BwcVcOF6+FF3Zo9Rpo1tFOeS9mPYQTnGdaSGsgeefOsk2Jz
 dA+L10TeYt9BgDfQNZtKdN1WO//KgIqXP7OdEFE4LjFYNcUxZQ4FADY+8=
""".replace(b"\n", b"\r\n")
FIELDS = (
    b"From: Joe SixPack <joe@football.example.com>\r\n",
    b"To: Suzie Q <suzie@shopping.example.net>\r\n",
    b"Subject: Is dinner ready?\r\n",
    b"Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)\r\n",
    b"Message-ID: <20030712040037.46341.5F8J@football.example.com>\r\n",
)
BODY = b"Hi.\r\n\r\nWe lost the game.  Are you hungry yet?\r\n\r\nJoe.\r\n"


def signed_digest(signature: bytes) -> tuple[bytes, bytes]:
    """What our canonical form gives to be signed, and the signature that is printed."""
    start, printed = re.split(rb"(?<= b)=(?!.* b=)", signature, flags=re.DOTALL)
    unsigned = relaxed_field(start + b"=").removesuffix(b"\r\n")
    header = b"".join(map(relaxed_field, FIELDS)) + unsigned
    return hashlib.sha256(header).digest(), base64.b64decode(re.sub(rb"\s", b"", printed))


def test_the_body_hash_is_the_one_that_is_printed() -> None:
    digest = hashlib.sha256(relaxed_body(BODY)).digest()
    assert base64.b64encode(digest) == b"2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8="


def test_our_ed25519_signature_is_the_one_that_is_printed_octet_for_octet() -> None:
    digest, printed = signed_digest(ED25519_SIGNATURE)
    assert ed25519_key(SEED).sign(digest) == printed


def test_the_rsa_signature_that_is_printed_fits_what_we_would_sign() -> None:
    digest, printed = signed_digest(RSA_SIGNATURE)
    record = RECORDS["test._domainkey.football.example.com"]
    public = load_der_public_key(base64.b64decode(record.rpartition("p=")[2]))
    assert isinstance(public, rsa.RSAPublicKey)
    recovered = public.recover_data_from_signature(printed, padding.PKCS1v15(), hashes.SHA256())
    assert recovered == digest


def test_the_verifier_that_the_tests_rely_on_takes_the_published_mail() -> None:
    mail = ED25519_SIGNATURE + RSA_SIGNATURE + b"".join(FIELDS) + b"\r\n" + BODY
    assert verdict(mail, RECORDS, index=0)
    assert verdict(mail, RECORDS, index=1)
    assert not verdict(mail.replace(b"lost", b"won"), RECORDS)
