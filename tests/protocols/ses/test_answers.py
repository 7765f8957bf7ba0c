"""What SES answers to the queries."""

import pytest

from protocols.ses import (
    Account,
    BadCredentials,
    ConfigurationSet,
    EmailIdentities,
    EmailIdentity,
    GetAccount,
    GetConfigurationSet,
    GetEmailIdentity,
    IdentityKind,
    IdentitySummary,
    ListEmailIdentities,
    NotFound,
    Query,
    QueryAnswered,
    QueryOutcome,
    Unknown,
)
from tests.protocols.ses.samples import AT, answer, connection, refused

_QUERIES: list[Query] = [
    GetAccount(),
    GetConfigurationSet(name="main"),
    ListEmailIdentities(),
    GetEmailIdentity(name="example.com"),
]


def _asked(query: Query, octets: bytes) -> QueryOutcome:
    asking = connection()
    asking.send(query, signed_at=AT)
    [event] = asking.receive(octets)
    assert isinstance(event, QueryAnswered)
    return event.outcome


def _account(**changes: object) -> bytes:
    quota = {"MaxSendRate": 14.0, "Max24HourSend": 50000.0, "SentLast24Hours": 1234.0}
    body: dict[str, object] = {
        "SendQuota": quota | {k: v for k, v in changes.items() if k in quota},
        "ProductionAccessEnabled": True,
        "SendingEnabled": True,
        "EnforcementStatus": "HEALTHY",
        "SuppressionAttributes": {"SuppressedReasons": ["BOUNCE"]},
        "SomethingNew": {"a": [1]},
    }
    return answer(200, body | {k: v for k, v in changes.items() if k not in quota})


def test_an_account_has_rate_quota_and_standing() -> None:
    assert _asked(GetAccount(), _account()) == Account(
        rate_per_s=14.0,
        daily_quota=50_000,
        sent_last_24_h=1234,
        in_production=True,
        sending_enabled=True,
        enforcement="HEALTHY",
    )


def test_a_quota_of_minus_one_is_no_limit() -> None:
    outcome = _asked(GetAccount(), _account(Max24HourSend=-1.0))
    assert isinstance(outcome, Account)
    assert outcome.daily_quota is None


def test_the_sandbox_and_a_shut_down_account_are_told() -> None:
    octets = _account(
        ProductionAccessEnabled=False, SendingEnabled=False, EnforcementStatus="SHUTDOWN"
    )
    outcome = _asked(GetAccount(), octets)
    assert isinstance(outcome, Account)
    assert (outcome.in_production, outcome.sending_enabled) == (False, False)
    assert outcome.enforcement == "SHUTDOWN"


def test_a_configuration_set_is_read() -> None:
    body = {
        "ConfigurationSetName": "main",
        "SendingOptions": {"SendingEnabled": False},
        "ReputationOptions": {"ReputationMetricsEnabled": True, "LastFreshStart": 1.5},
        "DeliveryOptions": {"TlsPolicy": "REQUIRE", "SendingPoolName": "bulk"},
        "SuppressionOptions": {"SuppressedReasons": ["BOUNCE", "COMPLAINT"]},
    }
    assert _asked(GetConfigurationSet(name="main"), answer(200, body)) == ConfigurationSet(
        name="main",
        sending_enabled=False,
        reputation_metrics_enabled=True,
        tls_required=True,
        sending_pool="bulk",
        suppressed_reasons=("BOUNCE", "COMPLAINT"),
    )


def test_a_configuration_set_without_options_has_the_defaults_of_aws() -> None:
    outcome = _asked(
        GetConfigurationSet(name="main"), answer(200, {"ConfigurationSetName": "main"})
    )
    assert outcome == ConfigurationSet(
        name="main",
        sending_enabled=True,
        reputation_metrics_enabled=False,
        tls_required=False,
        sending_pool=None,
        suppressed_reasons=(),
    )


def test_a_page_of_identities_is_read() -> None:
    body = {
        "EmailIdentities": [
            {
                "IdentityName": "example.com",
                "IdentityType": "DOMAIN",
                "SendingEnabled": True,
                "VerificationStatus": "SUCCESS",
            },
            {"IdentityName": "x", "IdentityType": "NEW_KIND", "SendingEnabled": False},
        ],
        "NextToken": "more",
    }
    assert _asked(ListEmailIdentities(), answer(200, body)) == EmailIdentities(
        identities=(
            IdentitySummary(
                name="example.com",
                kind=IdentityKind.DOMAIN,
                sending_enabled=True,
                verification="SUCCESS",
            ),
            IdentitySummary(
                name="x", kind=IdentityKind.OTHER, sending_enabled=False, verification=""
            ),
        ),
        next_token="more",
    )


def test_an_empty_page_is_the_last() -> None:
    outcome = _asked(ListEmailIdentities(), answer(200, {}))
    assert outcome == EmailIdentities(identities=(), next_token=None)


def test_an_identity_is_read_with_its_dkim_and_mail_from() -> None:
    body = {
        "IdentityType": "EMAIL_ADDRESS",
        "VerifiedForSendingStatus": True,
        "VerificationStatus": "SUCCESS",
        "DkimAttributes": {"SigningEnabled": True, "Status": "SUCCESS", "Tokens": ["a", "b"]},
        "MailFromAttributes": {
            "MailFromDomain": "bounce.example.com",
            "MailFromDomainStatus": "PENDING",
            "BehaviorOnMxFailure": "REJECT_MESSAGE",
        },
        "ConfigurationSetName": "main",
    }
    assert _asked(GetEmailIdentity(name="a@example.com"), answer(200, body)) == EmailIdentity(
        name="a@example.com",
        kind=IdentityKind.EMAIL_ADDRESS,
        verified=True,
        verification="SUCCESS",
        dkim_signing=True,
        dkim_status="SUCCESS",
        dkim_tokens=("a", "b"),
        mail_from_domain="bounce.example.com",
        mail_from_status="PENDING",
        configuration_set="main",
    )


def test_an_identity_without_details_is_read() -> None:
    body = {"IdentityType": "DOMAIN", "VerifiedForSendingStatus": False}
    outcome = _asked(GetEmailIdentity(name="example.com"), answer(200, body))
    assert isinstance(outcome, EmailIdentity)
    assert (outcome.verified, outcome.dkim_signing, outcome.mail_from_domain) == (
        False,
        False,
        None,
    )


@pytest.mark.parametrize("query", _QUERIES)
def test_every_query_may_be_refused_or_fail(query: Query) -> None:
    assert isinstance(_asked(query, refused(404, "NotFoundException")), NotFound)
    assert isinstance(_asked(query, refused(403, "InvalidClientTokenId")), BadCredentials)
    assert isinstance(_asked(query, answer(500)), Unknown)


@pytest.mark.parametrize("query", _QUERIES)
@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"\xff", b"<html>"])
def test_an_answer_that_cannot_be_read_is_unknown(query: Query, body: bytes) -> None:
    assert isinstance(_asked(query, answer(200, body or b" ")), Unknown)


def test_an_account_without_its_quota_is_unknown() -> None:
    assert isinstance(_asked(GetAccount(), answer(200, {"SendingEnabled": True})), Unknown)
