"""Requests, held against what botocore's own client would have written."""

import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.session import get_session

from protocols.ses import (
    Credentials,
    EmailTag,
    GetAccount,
    GetConfigurationSet,
    GetEmailIdentity,
    InvalidArgument,
    ListEmailIdentities,
    ListManagement,
    MailHeader,
    RawContent,
    Request,
    SendEmail,
    Signer,
    SimpleContent,
    encode_request,
    sign_request,
)
from tests.protocols.ses.samples import AT, HOST, MAIL, signer

_SIMPLE = SendEmail(
    content=SimpleContent(
        subject="Grüße",
        text="Hello\r\nthere",
        html="<p>Hello</p>",
        headers=(MailHeader(name="List-Unsubscribe", value="<https://a.example/u>"),),
    ),
    from_address='"Shop" <shop@example.com>',
    from_identity_arn="arn:aws:ses:eu-central-1:1:identity/example.com",
    to=("ann@example.org", "bob@example.org"),
    cc=("cy@example.org",),
    bcc=("di@example.org",),
    reply_to=("help@example.com",),
    tags=(EmailTag(name="send", value="1_a-B"),),
    configuration_set="main",
    list_management=ListManagement(contact_list="all", topic="news"),
)
_SIMPLE_PARAMETERS = {
    "Content": {
        "Simple": {
            "Subject": {"Data": "Grüße", "Charset": "UTF-8"},
            "Body": {
                "Text": {"Data": "Hello\r\nthere", "Charset": "UTF-8"},
                "Html": {"Data": "<p>Hello</p>", "Charset": "UTF-8"},
            },
            "Headers": [{"Name": "List-Unsubscribe", "Value": "<https://a.example/u>"}],
        }
    },
    "FromEmailAddress": '"Shop" <shop@example.com>',
    "FromEmailAddressIdentityArn": "arn:aws:ses:eu-central-1:1:identity/example.com",
    "Destination": {
        "ToAddresses": ["ann@example.org", "bob@example.org"],
        "CcAddresses": ["cy@example.org"],
        "BccAddresses": ["di@example.org"],
    },
    "ReplyToAddresses": ["help@example.com"],
    "EmailTags": [{"Name": "send", "Value": "1_a-B"}],
    "ConfigurationSetName": "main",
    "ListManagementOptions": {"ContactListName": "all", "TopicName": "news"},
}


@pytest.fixture(scope="module")
def by_botocore() -> Callable[[str, dict[str, Any]], AWSPreparedRequest]:
    """A client of botocore that writes its requests to us instead of to the network."""
    client = get_session().create_client(
        "sesv2",
        region_name="eu-central-1",
        aws_access_key_id="AKIDEXAMPLE",
        aws_secret_access_key="secret",
    )
    caught: list[AWSPreparedRequest] = []

    def catch(request: AWSPreparedRequest, **_: object) -> AWSResponse:
        caught.append(request)
        answer = AWSResponse(request.url, 200, {}, io.BytesIO(b"{}"))
        answer._content = b"{}"  # type: ignore[attr-defined] # pyright: ignore[reportAttributeAccessIssue]
        return answer

    client.meta.events.register("before-send", catch)

    def call(operation: str, parameters: dict[str, Any]) -> AWSPreparedRequest:
        getattr(client, operation)(**parameters)
        return caught.pop()

    return call


@pytest.mark.parametrize(
    ("request_", "operation", "parameters"),
    [
        (
            MAIL,
            "send_email",
            {
                "Content": {"Raw": {"Data": b"Subject: hello\r\n\r\nhello\r\n"}},
                "FromEmailAddress": "shop@example.com",
                "Destination": {"ToAddresses": ["ann@example.org"]},
                "EmailTags": [{"Name": "send", "Value": "attempt-1"}],
                "ConfigurationSetName": "main",
            },
        ),
        (
            SendEmail(content=RawContent(bytes(range(256)))),
            "send_email",
            {"Content": {"Raw": {"Data": bytes(range(256))}}},
        ),
        (_SIMPLE, "send_email", _SIMPLE_PARAMETERS),
        (
            SendEmail(
                content=SimpleContent(subject="s", text="t"),
                to=("a@example.org",),
                list_management=ListManagement(contact_list="all"),
            ),
            "send_email",
            {
                "Content": {
                    "Simple": {
                        "Subject": {"Data": "s", "Charset": "UTF-8"},
                        "Body": {"Text": {"Data": "t", "Charset": "UTF-8"}},
                    }
                },
                "Destination": {"ToAddresses": ["a@example.org"]},
                "ListManagementOptions": {"ContactListName": "all"},
            },
        ),
        (GetAccount(), "get_account", {}),
        (
            GetConfigurationSet(name="main_1-a"),
            "get_configuration_set",
            {"ConfigurationSetName": "main_1-a"},
        ),
        (ListEmailIdentities(), "list_email_identities", {}),
        (
            ListEmailIdentities(page_size=10, next_token="a+/=& é"),
            "list_email_identities",
            {"PageSize": 10, "NextToken": "a+/=& é"},
        ),
        (
            GetEmailIdentity(name="ann+b@exämple.org"),
            "get_email_identity",
            {"EmailIdentity": "ann+b@exämple.org"},
        ),
    ],
)
def test_a_request_and_its_signature_are_those_of_botocore_s_client(
    by_botocore: Callable[[str, dict[str, Any]], AWSPreparedRequest],
    request_: Request,
    operation: str,
    parameters: dict[str, Any],
) -> None:
    theirs = by_botocore(operation, parameters)
    head, _, body = _sent(request_).partition(b"\r\n\r\n")
    method, target, _ = head.decode().split("\r\n")[0].split(" ")
    path, _, query = target.partition("?")
    their_path, _, their_query = theirs.url.removeprefix(f"https://{HOST}").partition("?")
    assert (method, path) == (theirs.method, their_path)
    assert sorted(query.split("&")) == sorted(their_query.split("&"))
    assert json.loads(body or b"{}") == json.loads(theirs.body or b"{}")


def _sent(request: Request, at: datetime = AT) -> bytes:
    return sign_request(encode_request(request), signer(), host=HOST, signed_at=at)


def test_the_octets_are_one_http_request_that_keeps_the_connection() -> None:
    head, _, body = _sent(MAIL).partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    assert lines[0] == "POST /v2/email/outbound-emails HTTP/1.1"
    assert lines[1:4] == [
        f"Host: {HOST}",
        "Content-Type: application/json",
        "X-Amz-Date: 20300102T030405Z",
    ]
    assert lines[4].startswith("Authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20300102/")
    assert lines[5:] == [f"Content-Length: {len(body)}"]


def test_a_query_has_no_body() -> None:
    octets = _sent(GetAccount())
    assert octets.startswith(b"GET /v2/email/account HTTP/1.1\r\n")
    assert octets.endswith(b"\r\n\r\n")
    assert b"Content-" not in octets


def test_a_session_token_goes_along() -> None:
    with_token = Signer(Credentials("A", "b", "t0k3n"), region="x")
    octets = sign_request(encode_request(GetAccount()), with_token, host=HOST, signed_at=AT)
    assert b"\r\nX-Amz-Security-Token: t0k3n\r\n" in octets


_TEXT = RawContent(b"x")


_POISONED: list[Callable[[str], Request]] = [
    lambda text: SendEmail(content=_TEXT, from_address=text),
    lambda text: SendEmail(content=_TEXT, from_identity_arn=text),
    lambda text: SendEmail(content=_TEXT, to=("a@example.org", text)),
    lambda text: SendEmail(content=_TEXT, cc=(text,)),
    lambda text: SendEmail(content=_TEXT, bcc=(text,)),
    lambda text: SendEmail(content=_TEXT, reply_to=(text,)),
    lambda text: SendEmail(content=_TEXT, configuration_set=text),
    lambda text: SendEmail(content=_TEXT, tags=(EmailTag(name=text, value="a"),)),
    lambda text: SendEmail(content=_TEXT, tags=(EmailTag(name="a", value=text),)),
    lambda text: SendEmail(content=_TEXT, list_management=ListManagement(contact_list=text)),
    lambda text: SendEmail(
        content=_TEXT, list_management=ListManagement(contact_list="a", topic=text)
    ),
    lambda text: SendEmail(content=SimpleContent(subject=text, text="t"), to=("a@b.example",)),
    lambda text: SendEmail(
        content=SimpleContent(subject="s", text="t", headers=(MailHeader(name=text, value="v"),)),
        to=("a@b.example",),
    ),
    lambda text: SendEmail(
        content=SimpleContent(subject="s", text="t", headers=(MailHeader(name="X-A", value=text),)),
        to=("a@b.example",),
    ),
    lambda text: GetConfigurationSet(name=text),
    lambda text: GetEmailIdentity(name=text),
    lambda text: ListEmailIdentities(next_token=text),
]


@pytest.mark.parametrize("poison", ["a\r\nX-Evil: 1", "a\nb", "a\rb", "a\x00b", "a\x7f"])
@pytest.mark.parametrize("make", _POISONED)
def test_no_argument_can_break_a_line(make: Callable[[str], Request], poison: str) -> None:
    with pytest.raises(InvalidArgument) as caught:
        encode_request(make(poison))
    assert poison not in str(caught.value)


@pytest.mark.parametrize(
    ("request_", "field"),
    [
        (SendEmail(content=RawContent(b"")), "data"),
        (SendEmail(content=SimpleContent(subject="s", text="t")), "recipients"),
        (SendEmail(content=_TEXT, to=("a@b.example",) * 51), "recipients"),
        (SendEmail(content=SimpleContent(subject="s"), to=("a@b.example",)), "content"),
        (
            SendEmail(content=SimpleContent(subject="\ud800", text="t"), to=("a@b.example",)),
            "content",
        ),
        (SendEmail(content=_TEXT, tags=(EmailTag(name="", value="a"),)), "tags"),
        (SendEmail(content=_TEXT, tags=(EmailTag(name="a", value="b" * 257),)), "tags"),
        (SendEmail(content=_TEXT, tags=(EmailTag(name="a", value="ü"),)), "tags"),
        (GetConfigurationSet(name=""), "name"),
        (GetEmailIdentity(name=".."), "name"),
        (GetEmailIdentity(name="\udc00"), "name"),
        (ListEmailIdentities(page_size=0), "page_size"),
        (ListEmailIdentities(page_size=1001), "page_size"),
    ],
)
def test_what_ses_would_never_take_is_refused_by_its_field(request_: Request, field: str) -> None:
    with pytest.raises(InvalidArgument) as caught:
        encode_request(request_)
    assert caught.value.field == field


@pytest.mark.parametrize("host", ["", "a b", "a\r\nX: 1", "a/b", "ü.example"])
def test_a_host_that_is_none_is_refused(host: str) -> None:
    with pytest.raises(InvalidArgument):
        sign_request(encode_request(GetAccount()), signer(), host=host, signed_at=AT)


def test_the_same_request_is_signed_anew_for_each_moment() -> None:
    assert _sent(MAIL) == _sent(MAIL)
    assert _sent(MAIL) != _sent(MAIL, datetime(2030, 1, 3, tzinfo=UTC))
