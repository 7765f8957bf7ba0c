"""Domains: check, info, create, renew, delete, update, transfer."""

from dataclasses import dataclass
from typing import Literal

from actors.control.answers import (
    CheckDomains,
    CreateDomain,
    DeleteDomain,
    DomainCommand,
    InfoDomain,
    RenewDomain,
    TransferDomain,
    UpdateDomain,
)
from actors.control.command import Command, Confirm
from actors.control.context import Context
from actors.control.events import DomainsAnswered, Events
from actors.control.refusal import UsageError
from actors.control.roles import Role
from actors.control.slots import date, option, positional, seconds, years

_NAME = "the domain"
_WAIT = "how long to wait for the registry"
_AUTH = "its authorisation code"


async def _asked(context: Context, command: DomainCommand, timeout_s: float) -> Events:
    yield DomainsAnswered(await context.ports.domain(command, timeout_s=timeout_s))


@dataclass(frozen=True, slots=True)
class CheckArguments:
    """What `domain check` takes."""

    names: tuple[str, ...] = positional("the domains", placeholder="NAME")
    timeout: float = option(_WAIT, default=5.0, parse=seconds, placeholder="5s")


def check(context: Context, arguments: CheckArguments) -> Events:
    """Ask which names are free."""
    return _asked(context, CheckDomains(arguments.names), arguments.timeout)


@dataclass(frozen=True, slots=True)
class InfoArguments:
    """What `domain info` takes."""

    name: str = positional(_NAME)
    auth: str | None = option(_AUTH, default=None, secret=True, placeholder="CODE")
    timeout: float = option(_WAIT, default=5.0, parse=seconds, placeholder="5s")


def info(context: Context, arguments: InfoArguments) -> Events:
    """Ask what the registry holds."""
    return _asked(context, InfoDomain(arguments.name, arguments.auth), arguments.timeout)


@dataclass(frozen=True, slots=True)
class CreateArguments:
    """What `domain create` takes."""

    name: str = positional(_NAME)
    years: int = option("for how many years, 1 to 10", default=1, parse=years, placeholder="N")
    ns: tuple[str, ...] = option("a nameserver; repeat it", default=(), placeholder="HOST")
    registrant: str | None = option("contact (thick registries)", default=None, placeholder="ID")
    admin: str | None = option("administrative contact", default=None, placeholder="ID")
    tech: str | None = option("technical contact", default=None, placeholder="ID")
    billing: str | None = option("billing contact", default=None, placeholder="ID")
    auth: str | None = option(
        f"{_AUTH}; made by chance unless given", default=None, secret=True, placeholder="CODE"
    )
    timeout: float = option(_WAIT, default=15.0, parse=seconds, placeholder="15s")


def create(context: Context, arguments: CreateArguments) -> Events:
    """Register a name."""
    command = CreateDomain(
        arguments.name,
        arguments.years,
        arguments.ns,
        arguments.registrant,
        arguments.admin,
        arguments.tech,
        arguments.billing,
        arguments.auth,
    )
    return _asked(context, command, arguments.timeout)


@dataclass(frozen=True, slots=True)
class RenewArguments:
    """What `domain renew` takes."""

    name: str = positional(_NAME)
    years: int = option("for how many years, 1 to 10", default=1, parse=years, placeholder="N")
    expires: str | None = option(
        "the present expiry date, so that a repeated renewal is refused; asked of the registry"
        " unless given",
        default=None,
        parse=date,
        placeholder="DATE",
    )
    timeout: float = option(_WAIT, default=15.0, parse=seconds, placeholder="15s")


def renew(context: Context, arguments: RenewArguments) -> Events:
    """Renew a name."""
    command = RenewDomain(arguments.name, arguments.years, arguments.expires)
    return _asked(context, command, arguments.timeout)


@dataclass(frozen=True, slots=True)
class DeleteArguments:
    """What `domain delete` takes."""

    name: str = positional(_NAME)
    timeout: float = option(_WAIT, default=15.0, parse=seconds, placeholder="15s")


def delete(context: Context, arguments: DeleteArguments) -> Events:
    """Delete a name."""
    return _asked(context, DeleteDomain(arguments.name), arguments.timeout)


@dataclass(frozen=True, slots=True)
class UpdateArguments:
    """What `domain update` takes."""

    name: str = positional(_NAME)
    add_ns: tuple[str, ...] = option("add a nameserver", default=(), placeholder="HOST")
    rem_ns: tuple[str, ...] = option("remove a nameserver", default=(), placeholder="HOST")
    add_status: tuple[str, ...] = option("add a status", default=(), placeholder="STATUS")
    rem_status: tuple[str, ...] = option("remove a status", default=(), placeholder="STATUS")
    timeout: float = option(_WAIT, default=15.0, parse=seconds, placeholder="15s")


def update(context: Context, arguments: UpdateArguments) -> Events:
    """Change nameservers and statuses."""
    command = UpdateDomain(
        arguments.name,
        arguments.add_ns,
        arguments.rem_ns,
        arguments.add_status,
        arguments.rem_status,
    )
    if not (command.add_ns or command.rem_ns or command.add_status or command.rem_status):
        raise UsageError("nothing to change: give --add-ns, --rem-ns, --add-status or --rem-status")
    return _asked(context, command, arguments.timeout)


@dataclass(frozen=True, slots=True)
class TransferArguments:
    """What `domain transfer` takes."""

    name: str = positional(_NAME)
    op: Literal["query", "request", "approve", "reject", "cancel"] = option(
        "what to do", default="query"
    )
    auth: str | None = option(_AUTH, default=None, secret=True, placeholder="CODE")
    timeout: float = option(_WAIT, default=15.0, parse=seconds, placeholder="15s")


def transfer(context: Context, arguments: TransferArguments) -> Events:
    """Ask for, answer or look at a transfer."""
    command = TransferDomain(arguments.name, arguments.op, arguments.auth)
    return _asked(context, command, arguments.timeout)


_SLOW_S = 300.0
"""The daemon's own limit; each command's --timeout comes first."""

COMMANDS = (
    Command(
        name="domain check",
        summary="Which names are free, from the registries that serve them.",
        group="registries",
        role=Role.OPERATOR,
        arguments=CheckArguments,
        run=check,
        timeout_s=_SLOW_S,
        examples=("domain check example.com example.org", "domain check example.com --json"),
    ),
    Command(
        name="domain info",
        summary="What the registry holds of a name.",
        group="registries",
        role=Role.OPERATOR,
        arguments=InfoArguments,
        run=info,
        timeout_s=_SLOW_S,
        examples=("domain info example.com",),
    ),
    Command(
        name="domain create",
        summary="Register a name. Costs money at a real registry.",
        group="registries",
        role=Role.ADMIN,
        arguments=CreateArguments,
        run=create,
        changes=True,
        confirm=Confirm.IN_SHELL,
        timeout_s=_SLOW_S,
        examples=("domain create example.com --years 1 --ns ns1.example.net --ns ns2.example.net",),
    ),
    Command(
        name="domain renew",
        summary="Renew a name. Costs money at a real registry.",
        group="registries",
        role=Role.ADMIN,
        arguments=RenewArguments,
        run=renew,
        changes=True,
        confirm=Confirm.IN_SHELL,
        timeout_s=_SLOW_S,
        examples=("domain renew example.com --years 1 --expires 2027-01-31",),
    ),
    Command(
        name="domain delete",
        summary="Delete a name.",
        group="registries",
        role=Role.ADMIN,
        arguments=DeleteArguments,
        run=delete,
        changes=True,
        confirm=Confirm.ALWAYS,
        timeout_s=_SLOW_S,
        examples=("domain delete example.com --yes",),
    ),
    Command(
        name="domain update",
        summary="Change the nameservers and statuses of a name.",
        group="registries",
        role=Role.ADMIN,
        arguments=UpdateArguments,
        run=update,
        changes=True,
        confirm=Confirm.IN_SHELL,
        timeout_s=_SLOW_S,
        examples=(
            "domain update example.com --add-ns ns3.example.net --rem-ns ns1.example.net",
            "domain update example.com --add-status clientHold",
        ),
    ),
    Command(
        name="domain transfer",
        summary="Ask for, approve, reject, cancel or look at a transfer.",
        group="registries",
        role=Role.ADMIN,
        arguments=TransferArguments,
        run=transfer,
        changes=True,
        confirm=Confirm.IN_SHELL,
        timeout_s=_SLOW_S,
        examples=(
            "domain transfer example.com",
            "domain transfer example.com --op request --auth CODE",
        ),
    ),
)
