"""Signature Version 4, held against botocore's own signer."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as BotocoreCredentials
from hypothesis import given
from hypothesis import strategies as st

from protocols.ses import Credentials, InvalidArgument, Signer
from tests.protocols.ses.samples import AT

_HOST = "email.eu-west-1.amazonaws.com"
_PRINTABLE = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=30)
_WORDS = st.text("abcXYZ019-_.~%@ +/é=&", min_size=1, max_size=12)
_NAMES = st.sampled_from(["Content-Type", "X-Amz-Target", "x-b", "X-B", "Accept", "User-Agent"])
_MOMENTS = st.datetimes(
    min_value=datetime(2015, 8, 30),  # noqa: DTZ001 - the zone comes from the next argument
    max_value=datetime(2099, 1, 1),  # noqa: DTZ001
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=-11)), timezone(timedelta(hours=9))]),
)
_QUOTED = st.text("abc019-_.~", min_size=1, max_size=8) | st.just("%40%2F%25")


def _by_botocore(
    key: Credentials, request: AWSRequest, *, region: str, signed_at: datetime
) -> dict[str, str]:
    """What `add_auth` does, step by step, but for its looking at the clock."""
    their_key = BotocoreCredentials(key.access_key, key.secret_key, key.session_token)
    auth = SigV4Auth(their_key, "ses", region)
    request.context["timestamp"] = signed_at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    auth._modify_request_before_signing(request)
    to_sign = auth.string_to_sign(request, auth.canonical_request(request))
    auth._inject_signature_to_request(request, auth.signature(to_sign, request))
    return _added(request)


def _added(request: AWSRequest) -> dict[str, str]:
    names = ("X-Amz-Date", "X-Amz-Security-Token", "Authorization")
    return {name: request.headers[name] for name in names if name in request.headers}


@given(
    method=st.sampled_from(["GET", "POST", "PUT", "DELETE"]),
    segments=st.lists(_QUOTED.filter(lambda text: text.strip(".")), max_size=4),
    query=st.lists(st.tuples(_QUOTED, _QUOTED | st.just("")), max_size=4),
    headers=st.lists(st.tuples(_NAMES, _PRINTABLE), max_size=5),
    body=st.binary(max_size=200),
    secret=_WORDS,
    token=st.none() | _PRINTABLE.filter(bool),
    region=st.sampled_from(["us-east-1", "eu-central-1", "ap-southeast-3"]),
    signed_at=_MOMENTS,
)
def test_every_request_is_signed_as_botocore_signs_it(
    method: str,
    segments: list[str],
    query: list[tuple[str, str]],
    headers: list[tuple[str, str]],
    body: bytes,
    secret: str,
    token: str | None,
    region: str,
    signed_at: datetime,
) -> None:
    key = Credentials("AKIDEXAMPLE", secret, token)
    path, encoded = "/" + "/".join(segments), "&".join(f"{name}={value}" for name, value in query)
    request = AWSRequest(method, f"https://{_HOST}{path}?{encoded}", data=body)
    for name, value in headers:
        request.headers.add_header(name, value)
    ours = Signer(key, region=region).sign(
        method,
        path,
        query=encoded,
        headers=[("Host", _HOST), *headers],
        body=body,
        signed_at=signed_at,
    )
    assert dict(ours) == _by_botocore(key, request, region=region, signed_at=signed_at)


def test_botocore_left_alone_with_its_clock_signs_the_same() -> None:
    key = Credentials("AKIDEXAMPLE", "secret", "token")
    request = AWSRequest("POST", f"https://{_HOST}/v2/email/outbound-emails", data=b"{}")
    SigV4Auth(BotocoreCredentials("AKIDEXAMPLE", "secret", "token"), "ses", "x").add_auth(request)
    stamp = datetime.strptime(request.headers["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    ours = Signer(key, region="x").sign(
        "POST", "/v2/email/outbound-emails", headers=[("host", _HOST)], body=b"{}", signed_at=stamp
    )
    assert dict(ours) == _added(request)


@given(st.lists(_MOMENTS, min_size=2, max_size=6))
def test_the_key_that_is_kept_is_the_key_of_the_day(moments: list[datetime]) -> None:
    key = Credentials("AKIDEXAMPLE", "secret")
    kept = Signer(key, region="eu-west-1")
    for signed_at in moments:
        fresh = Signer(key, region="eu-west-1")
        host = [("host", _HOST)]
        assert kept.sign("GET", "/", headers=host, signed_at=signed_at) == fresh.sign(
            "GET", "/", headers=host, signed_at=signed_at
        )


@pytest.mark.parametrize("query", ["b=2&a=1", "a=1&b=2"])
def test_the_order_of_the_query_does_not_matter(query: str) -> None:
    signer = Signer(Credentials("AKIDEXAMPLE", "secret"), region="x")
    sorted_query = signer.sign("GET", "/", query="a=1&b=2", signed_at=AT)
    assert signer.sign("GET", "/", query=query, signed_at=AT) == sorted_query


def test_a_name_without_a_value_is_signed_as_one_with_an_empty_value() -> None:
    signer = Signer(Credentials("AKIDEXAMPLE", "secret"), region="x")
    assert signer.sign("GET", "/", query="a", signed_at=AT) == signer.sign(
        "GET", "/", query="a=", signed_at=AT
    )


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(InvalidArgument) as caught:
        Signer(Credentials("A", "b"), region="x").sign(
            "GET", "/", signed_at=AT.replace(tzinfo=None)
        )
    assert caught.value.field == "signed_at"


def test_credentials_do_not_show_their_secrets() -> None:
    shown = repr(Credentials("AKIDEXAMPLE", "s3cr3t", "t0k3n"))
    assert "AKIDEXAMPLE" in shown
    assert "s3cr3t" not in shown
    assert "t0k3n" not in shown
