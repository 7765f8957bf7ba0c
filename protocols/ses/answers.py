"""What SES answers to the queries, and an answer to each request from its response.

Sending rate and quota count recipients, per region. Source: AWS "Amazon SES API v2 Reference";
botocore's model `sesv2/2019-09-27` for the names and types of the fields.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias, TypeVar, assert_never

import msgspec

from protocols.ses.outcomes import Accepted, NotSent, Refusal, SendOutcome, Unknown
from protocols.ses.refusal import refusal_of
from protocols.ses.requests import (
    GetAccount,
    GetConfigurationSet,
    GetEmailIdentity,
    ListEmailIdentities,
    Query,
)
from protocols.ses.response import HttpResponse

_OK: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What the account may send, and has sent."""

    rate_per_s: float
    daily_quota: int | None
    """Recipients in 24 hours; None is without limit (AWS says -1)."""
    sent_last_24_h: int
    in_production: bool
    """False is the sandbox: 200 a day, 1 a second, to verified addresses only."""
    sending_enabled: bool
    enforcement: str
    """HEALTHY, PROBATION or SHUTDOWN."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigurationSet:
    """The settings of a configuration set that decide whether mail goes out and is counted."""

    name: str
    sending_enabled: bool
    reputation_metrics_enabled: bool
    tls_required: bool
    sending_pool: str | None
    suppressed_reasons: tuple[str, ...]
    """Of BOUNCE and COMPLAINT; empty when suppression is off, or the account's applies."""


class IdentityKind(StrEnum):
    """What an identity is; OTHER is a kind that AWS has added since."""

    EMAIL_ADDRESS = "EMAIL_ADDRESS"
    DOMAIN = "DOMAIN"
    MANAGED_DOMAIN = "MANAGED_DOMAIN"
    OTHER = "OTHER"


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentitySummary:
    """One line of a page of identities."""

    name: str
    kind: IdentityKind
    sending_enabled: bool
    verification: str
    """PENDING, SUCCESS, FAILED, TEMPORARY_FAILURE, NOT_STARTED; empty when SES did not say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailIdentities:
    """One page of identities; `next_token` asks for the next, None is the last."""

    identities: tuple[IdentitySummary, ...]
    next_token: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailIdentity:
    """One identity and what its sending needs: ownership, DKIM, the MAIL FROM domain."""

    name: str
    kind: IdentityKind
    verified: bool
    verification: str
    dkim_signing: bool
    dkim_status: str
    dkim_tokens: tuple[str, ...]
    mail_from_domain: str | None
    mail_from_status: str | None
    configuration_set: str | None


QueryAnswer: TypeAlias = Account | ConfigurationSet | EmailIdentities | EmailIdentity
QueryOutcome: TypeAlias = QueryAnswer | Refusal | Unknown | NotSent


def send_outcome(response: HttpResponse) -> SendOutcome:
    """What SES says to a SendEmail. A 200 without a message id is Unknown: it may have gone out."""
    if not 200 <= response.status < 300:
        return refusal_of(response)
    sent = _decoded(response, _SendEmailBody)
    if isinstance(sent, Unknown):
        return sent
    if not sent.message_id:
        return Unknown(reason="no message id", status=response.status)
    return Accepted(message_id=sent.message_id)


def query_outcome(query: Query, response: HttpResponse) -> QueryOutcome:
    """What SES says to a query."""
    if not 200 <= response.status < 300:
        return refusal_of(response)
    match query:
        case GetAccount():
            return _read(response, _AccountBody, _account)
        case GetConfigurationSet():
            return _read(response, _ConfigurationSetBody, _configuration_set)
        case ListEmailIdentities():
            return _read(response, _IdentitiesBody, _identities)
        case GetEmailIdentity(name=name):
            return _read(response, _IdentityBody, lambda body: _identity(name, body))
        case _ as never:
            assert_never(never)


class _SendEmailBody(msgspec.Struct, frozen=True, rename="pascal"):
    message_id: str


class _SendQuota(msgspec.Struct, frozen=True, rename="pascal"):
    max_send_rate: float
    sent_last24_hours: float
    max24_hour_send: float = msgspec.field(name="Max24HourSend")


class _AccountBody(msgspec.Struct, frozen=True, rename="pascal"):
    send_quota: _SendQuota
    production_access_enabled: bool
    sending_enabled: bool
    enforcement_status: str = "HEALTHY"


class _SendingOptions(msgspec.Struct, frozen=True, rename="pascal"):
    sending_enabled: bool = True


class _ReputationOptions(msgspec.Struct, frozen=True, rename="pascal"):
    reputation_metrics_enabled: bool = False


class _DeliveryOptions(msgspec.Struct, frozen=True, rename="pascal"):
    tls_policy: str = "OPTIONAL"
    sending_pool_name: str | None = None


class _SuppressionOptions(msgspec.Struct, frozen=True, rename="pascal"):
    suppressed_reasons: tuple[str, ...] = ()


class _ConfigurationSetBody(msgspec.Struct, frozen=True, rename="pascal"):
    configuration_set_name: str
    sending_options: _SendingOptions | None = None
    reputation_options: _ReputationOptions | None = None
    delivery_options: _DeliveryOptions | None = None
    suppression_options: _SuppressionOptions | None = None


class _IdentityInfo(msgspec.Struct, frozen=True, rename="pascal"):
    identity_name: str
    identity_type: str
    sending_enabled: bool
    verification_status: str = ""


class _IdentitiesBody(msgspec.Struct, frozen=True, rename="pascal"):
    email_identities: tuple[_IdentityInfo, ...] = ()
    next_token: str | None = None


class _DkimAttributes(msgspec.Struct, frozen=True, rename="pascal"):
    signing_enabled: bool = False
    status: str = ""
    tokens: tuple[str, ...] = ()


class _MailFromAttributes(msgspec.Struct, frozen=True, rename="pascal"):
    mail_from_domain: str | None = None
    mail_from_domain_status: str | None = None


class _IdentityBody(msgspec.Struct, frozen=True, rename="pascal"):
    identity_type: str
    verified_for_sending_status: bool
    verification_status: str = ""
    dkim_attributes: _DkimAttributes | None = None
    mail_from_attributes: _MailFromAttributes | None = None
    configuration_set_name: str | None = None


_Body = TypeVar("_Body")
_Answer = TypeVar("_Answer")


def _read(
    response: HttpResponse, body_type: type[_Body], convert: Callable[[_Body], _Answer]
) -> _Answer | Unknown:
    body = _decoded(response, body_type)
    return body if isinstance(body, Unknown) else convert(body)


def _decoded(response: HttpResponse, body_type: type[_Body]) -> _Body | Unknown:
    if response.status != _OK:
        return Unknown(reason=f"HTTP status {response.status}", status=response.status)
    try:
        return msgspec.json.decode(response.body, type=body_type)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        return Unknown(reason=f"an answer that cannot be read: {error}", status=response.status)


def _account(body: _AccountBody) -> Account:
    quota = body.send_quota
    return Account(
        rate_per_s=quota.max_send_rate,
        daily_quota=None if quota.max24_hour_send < 0 else int(quota.max24_hour_send),
        sent_last_24_h=int(quota.sent_last24_hours),
        in_production=body.production_access_enabled,
        sending_enabled=body.sending_enabled,
        enforcement=body.enforcement_status,
    )


def _configuration_set(body: _ConfigurationSetBody) -> ConfigurationSet:
    delivery = body.delivery_options or _DeliveryOptions()
    return ConfigurationSet(
        name=body.configuration_set_name,
        sending_enabled=(body.sending_options or _SendingOptions()).sending_enabled,
        reputation_metrics_enabled=(
            body.reputation_options or _ReputationOptions()
        ).reputation_metrics_enabled,
        tls_required=delivery.tls_policy == "REQUIRE",
        sending_pool=delivery.sending_pool_name,
        suppressed_reasons=(body.suppression_options or _SuppressionOptions()).suppressed_reasons,
    )


def _identities(body: _IdentitiesBody) -> EmailIdentities:
    return EmailIdentities(
        identities=tuple(
            IdentitySummary(
                name=info.identity_name,
                kind=_identity_kind(info.identity_type),
                sending_enabled=info.sending_enabled,
                verification=info.verification_status,
            )
            for info in body.email_identities
        ),
        next_token=body.next_token,
    )


def _identity(name: str, body: _IdentityBody) -> EmailIdentity:
    dkim = body.dkim_attributes or _DkimAttributes()
    mail_from = body.mail_from_attributes or _MailFromAttributes()
    return EmailIdentity(
        name=name,
        kind=_identity_kind(body.identity_type),
        verified=body.verified_for_sending_status,
        verification=body.verification_status,
        dkim_signing=dkim.signing_enabled,
        dkim_status=dkim.status,
        dkim_tokens=dkim.tokens,
        mail_from_domain=mail_from.mail_from_domain,
        mail_from_status=mail_from.mail_from_domain_status,
        configuration_set=body.configuration_set_name,
    )


def _identity_kind(text: str) -> IdentityKind:
    return IdentityKind(text) if text in set(IdentityKind) else IdentityKind.OTHER
