"""Private keys: what is taken, what is refused, and what DNS is to publish."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_public_key,
)

from protocols.dkim import (
    Ed25519Key,
    KeyTooShort,
    RsaKey,
    UnusableKey,
    ed25519_key,
    parse_private_key,
)
from tests.protocols.dkim.keys import rsa_key


def test_an_rsa_key_is_read_from_both_of_its_formats() -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    for form in (PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL):
        read = parse_private_key(key.private_bytes(Encoding.PEM, form, NoEncryption()))
        assert isinstance(read, RsaKey)
        assert read.algorithm == "rsa-sha256"
        assert read.weakness is None


def test_an_ed25519_key_is_read_from_pem_and_from_its_seed() -> None:
    key = ed25519.Ed25519PrivateKey.from_private_bytes(bytes(32))
    read = parse_private_key(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    assert isinstance(read, Ed25519Key)
    assert read.algorithm == "ed25519-sha256"
    assert read.weakness is None
    assert read.dns_record() == ed25519_key(bytes(32)).dns_record()


def test_a_key_behind_a_password_is_read_with_it_alone() -> None:
    key = ed25519.Ed25519PrivateKey.from_private_bytes(bytes(32))
    form = BestAvailableEncryption(b"secret")
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, form)
    assert isinstance(parse_private_key(pem, password=b"secret"), Ed25519Key)
    for password in (None, b"wrong"):
        with pytest.raises(UnusableKey, match="password"):
            parse_private_key(pem, password=password)


def test_what_is_no_key_is_refused_without_being_told() -> None:
    with pytest.raises(UnusableKey) as caught:
        parse_private_key(b"-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n")
    assert "c2VjcmV0" not in str(caught.value)
    assert caught.value.__suppress_context__


def test_a_key_of_another_kind_is_refused() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    with pytest.raises(UnusableKey, match="neither RSA nor Ed25519"):
        parse_private_key(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


@pytest.mark.parametrize("size_bytes", [0, 31, 33])
def test_a_seed_of_another_length_is_refused(size_bytes: int) -> None:
    with pytest.raises(UnusableKey, match="32 octets"):
        ed25519_key(bytes(size_bytes))


def test_an_rsa_key_below_1024_bits_is_refused_with_its_size() -> None:
    with pytest.raises(KeyTooShort) as caught:
        parse_private_key(_short_rsa_pem())
    assert (caught.value.size_bits, caught.value.limit_bits) == (648, 1024)
    assert "648" in str(caught.value)


def _short_rsa_pem() -> bytes:
    """The library makes no key so short; this one is of two Mersenne primes."""
    p, q, e = 2**521 - 1, 2**127 - 1, 65537
    d = pow(e, -1, (p - 1) * (q - 1))
    numbers = rsa.RSAPrivateNumbers(
        p=p,
        q=q,
        d=d,
        dmp1=d % (p - 1),
        dmq1=d % (q - 1),
        iqmp=pow(q, -1, p),
        public_numbers=rsa.RSAPublicNumbers(e=e, n=p * q),
    )
    key = numbers.private_key(unsafe_skip_rsa_key_validation=True)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def test_an_rsa_key_below_2048_bits_is_taken_with_a_warning() -> None:
    weakness = rsa_key(1024).weakness
    assert weakness is not None
    assert (weakness.size_bits, weakness.recommended_bits) == (1024, 2048)
    assert "1024" in str(weakness)
    assert rsa_key(2048).weakness is None


def test_the_record_of_an_rsa_key_holds_its_public_half() -> None:
    record = rsa_key(1024).dns_record()
    assert record.startswith("v=DKIM1; k=rsa; p=")
    public = load_der_public_key(base64.b64decode(record.rpartition("p=")[2]))
    assert isinstance(public, rsa.RSAPublicKey)
    assert public.key_size == 1024


def test_the_record_of_an_ed25519_key_is_that_of_rfc_8463() -> None:
    # appendix A.2
    seed = base64.b64decode("nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=")
    record = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
    assert ed25519_key(seed).dns_record() == record
