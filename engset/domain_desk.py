"""Domain commands as administrators type them, carried to the registries and back.

The control room speaks in its own plain values (`actors.control.answers`); here they become EPP
commands, and EPP outcomes become answers.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from random import Random
from string import ascii_letters, digits
from typing import assert_never

from actors.control import answers as control
from actors.epp import (
    Answer,
    DeadlinePassed,
    EppOutcome,
    InvalidRequest,
    NoRegistry,
    QueueFull,
    Registries,
    Unknown,
    Unreachable,
)
from protocols.epp import (
    Completed,
    CreateDomain,
    DeleteDomain,
    DomainCheck,
    DomainChecks,
    DomainContact,
    DomainCreated,
    DomainInfo,
    DomainPending,
    DomainRenewed,
    DomainTransfer,
    InfoDomain,
    InvalidDomainName,
    ObjectCommand,
    Pending,
    PollAcknowledge,
    PollRequest,
    RenewDomain,
    Response,
    TransferDomain,
    UpdateDomain,
    parse_domain_name,
)

_ORIGIN = "control"
_AUTH_INFO_LENGTH = 24
"""24 of 64 characters are 143 bits of chance (RFC 9154 section 4.1 asks for 128)."""

Details = tuple[tuple[str, str], ...]
_OneDomain = (
    control.InfoDomain
    | control.CreateDomain
    | control.RenewDomain
    | control.DeleteDomain
    | control.UpdateDomain
    | control.TransferDomain
)


class DomainDesk:
    """One per daemon; stateless beside its registries."""

    def __init__(self, registries: Registries, random: Random) -> None:
        self._registries = registries
        self._random = random

    async def domain(
        self, command: control.DomainCommand, *, timeout_s: float
    ) -> tuple[control.DomainAnswer, ...]:
        """See `actors.control.Ports.domain`."""
        if isinstance(command, control.CheckDomains):
            return await self._check(command.names, timeout_s)
        try:
            name = parse_domain_name(command.name)
            if isinstance(command, control.RenewDomain) and command.expires is None:
                return (await self._renew(name, command.years, timeout_s),)
            translated = self._translate(command, name)
        except InvalidDomainName as error:
            return (_invalid(command.name, error),)
        return (_answer_of(name, await self._perform(translated, name, timeout_s)),)

    async def poll(
        self, registry: str | None, *, acknowledge: str | None
    ) -> tuple[control.PollAnswer, ...]:
        """See `actors.control.Ports.poll`. Raises KeyError for an unknown registry."""
        names = [registry] if registry is not None else list(self._registries.settings)
        command = PollRequest() if acknowledge is None else PollAcknowledge(acknowledge)
        outcomes = await asyncio.gather(
            *(self._registries.execute(name, command, origin=_ORIGIN) for name in names)
        )
        return tuple(map(_poll_answer, names, outcomes))

    async def _check(
        self, names: Sequence[str], timeout_s: float
    ) -> tuple[control.DomainAnswer, ...]:
        parsed = [_parse(name) for name in names]
        good = [name for name in parsed if isinstance(name, str)]
        found: dict[str, control.DomainAnswer] = {}
        if good:
            for answer in await self._registries.check(good, deadline_s=timeout_s, origin=_ORIGIN):
                found.update({each.name: each for each in _check_answers(answer)})
        return tuple(
            found[name] if isinstance(name, str) else _invalid(name.name, name) for name in parsed
        )

    async def _perform(self, command: ObjectCommand, name: str, timeout_s: float) -> Answer:
        return await self._registries.perform(command, name, deadline_s=timeout_s, origin=_ORIGIN)

    def _translate(self, command: _OneDomain, name: str) -> ObjectCommand:
        """The EPP command. Raises InvalidDomainName for a nameserver that is none."""
        match command:
            case control.InfoDomain(auth=auth):
                return InfoDomain(name, auth_info=auth)
            case control.CreateDomain():
                return self._create(command, name)
            case control.RenewDomain(years=years, expires=expires):
                assert expires is not None
                return RenewDomain(name, date.fromisoformat(expires), years)
            case control.DeleteDomain():
                return DeleteDomain(name)
            case control.UpdateDomain():
                return UpdateDomain(
                    name=name,
                    add_nameservers=tuple(map(parse_domain_name, command.add_ns)),
                    remove_nameservers=tuple(map(parse_domain_name, command.rem_ns)),
                    add_statuses=command.add_status,
                    remove_statuses=command.rem_status,
                )
            case control.TransferDomain(operation=operation, auth=auth):
                return TransferDomain(name=name, operation=operation, auth_info=auth)
            case _ as never:
                assert_never(never)

    def _create(self, command: control.CreateDomain, name: str) -> CreateDomain:
        roles = (("admin", command.admin), ("tech", command.tech), ("billing", command.billing))
        auth_info = command.auth or "".join(
            self._random.choices(ascii_letters + digits + "-+", k=_AUTH_INFO_LENGTH)
        )
        return CreateDomain(
            name=name,
            years=command.years,
            nameservers=tuple(map(parse_domain_name, command.nameservers)),
            registrant=command.registrant,
            contacts=tuple(DomainContact(role, id_) for role, id_ in roles if id_ is not None),
            auth_info=auth_info,
        )

    async def _renew(self, name: str, years: int, timeout_s: float) -> control.DomainAnswer:
        """Ask for the present expiry, then renew from it, which makes a repeat harmless.

        Both have to fit into `timeout_s`.
        """
        asked = await self._perform(InfoDomain(name), name, timeout_s)
        match asked.outcome:
            case Completed(response=Response(data=DomainInfo(expires_at=datetime() as expires_at))):
                renewal = RenewDomain(name, expires_at.astimezone(UTC).date(), years)
            case Completed():
                return replace(
                    _answer_of(name, asked),
                    outcome="refused",
                    reason="the registry does not tell when it expires; give --expires",
                    details=(),
                )
            case _:
                return _answer_of(name, asked)
        left_s = timeout_s - asked.elapsed_s
        if left_s <= 0.0:
            registry = asked.registry or ""
            late = Answer(registry, (name,), DeadlinePassed(registry, timeout_s), asked.elapsed_s)
            return _answer_of(name, late)
        renewed = await self._perform(renewal, name, left_s)
        return _answer_of(name, replace(renewed, elapsed_s=asked.elapsed_s + renewed.elapsed_s))


def _parse(name: str) -> str | InvalidDomainName:
    try:
        return parse_domain_name(name)
    except InvalidDomainName as error:
        return error


def _invalid(name: str, error: InvalidDomainName) -> control.DomainAnswer:
    return control.DomainAnswer(registry=None, name=name, outcome="invalid_name", reason=str(error))


def _check_answers(answer: Answer) -> tuple[control.DomainAnswer, ...]:
    """One for each name asked; also for a name that the registry has left out of its answer."""
    if not isinstance(answer.outcome, Completed):
        return tuple(_answer_of(name, answer) for name in answer.names)
    data = answer.outcome.response.data
    items = data.items if isinstance(data, DomainChecks) else ()
    found = {item.name.lower(): item for item in items}
    return tuple(_checked(name, answer, found.get(name)) for name in answer.names)


def _checked(name: str, answer: Answer, item: DomainCheck | None) -> control.DomainAnswer:
    told = _answer_of(name, answer)
    if item is None:
        return replace(told, outcome="refused", reason="the registry's answer leaves this name out")
    return replace(told, available=item.available, reason=item.reason)


def _answer_of(name: str, answer: Answer) -> control.DomainAnswer:
    kind, code, cltrid, reason, details = _describe(answer.outcome)
    return control.DomainAnswer(
        registry=answer.registry,
        name=name,
        outcome=kind,
        reason=reason,
        code=code,
        cltrid=cltrid,
        elapsed_ms=_milliseconds(answer),
        details=details,
    )


def _poll_answer(registry: str, outcome: EppOutcome) -> control.PollAnswer:
    kind, code, _, reason, details = _describe(outcome)
    queue = outcome.response.queue if isinstance(outcome, Completed | Pending) else None
    return control.PollAnswer(
        registry=registry,
        outcome=kind,
        waiting=queue.count if queue else 0,
        message_id=queue.id if queue else None,
        queued_at=queue.at.isoformat() if queue and queue.at else None,
        text=queue.text if queue else None,
        code=code,
        reason=reason,
        details=details,
    )


def _describe(
    outcome: EppOutcome,
) -> tuple[control.OutcomeKind, int | None, str | None, str | None, Details]:
    """Kind, code, clTRID, reason and details of any outcome."""
    match outcome:
        case Completed(response=response):
            return "completed", response.code, response.cltrid, None, _details(response)
        case Pending(response=response):
            return "pending", response.code, response.cltrid, response.message, _details(response)
        case Unknown(cltrid=cltrid, reason=reason):
            hint = f"{reason}; it may have happened, ask `domain info` before repeating it"
            return "unknown", None, cltrid or None, hint, ()
        case Unreachable(why=why):
            return "unreachable", None, None, why, ()
        case QueueFull(waiting=waiting):
            return "queue_full", None, None, f"{waiting} commands wait already", ()
        case DeadlinePassed(deadline_s=deadline_s):
            return "timed_out", None, None, f"no answer within {deadline_s:g} s", ()
        case InvalidRequest(reason=reason):
            return "refused", None, None, reason, ()
        case NoRegistry(zones=zones):
            sold = ", ".join(f".{zone}" for zone in zones)
            return "invalid_name", None, None, f"no registry here sells it; zones: {sold}", ()
        case _:  # every kind of refusal; the type checkers know that nothing else is left
            reasons = "; ".join((outcome.message, *outcome.reasons))
            return "refused", outcome.code, outcome.cltrid, reasons, ()


def _details(response: Response) -> Details:
    """What an answer holds beyond its code, as ordered pairs; never an authInfo."""
    match response.data:
        case DomainInfo() as info:
            pairs: list[tuple[str, object]] = [
                ("name", info.name),
                ("roid", info.roid),
                ("status", ", ".join(info.statuses)),
                ("registrant", info.registrant),
                ("contacts", ", ".join(f"{each.role}: {each.id}" for each in info.contacts)),
                ("nameservers", ", ".join(info.nameservers)),
                ("sponsor", info.sponsor),
                ("created", info.created_at),
                ("updated", info.updated_at),
                ("expires", info.expires_at),
            ]
        case DomainCreated() as created:
            pairs = [("created", created.created_at), ("expires", created.expires_at)]
        case DomainRenewed() as renewed:
            pairs = [("expires", renewed.expires_at)]
        case DomainTransfer() as transfer:
            pairs = [
                ("transfer", transfer.status),
                ("requested by", transfer.requested_by),
                ("requested", transfer.requested_at),
                ("to be acted on by", transfer.acted_by),
                ("until", transfer.act_by_at),
                ("expires", transfer.expires_at),
            ]
        case DomainPending() as pending:
            pairs = [
                ("name", pending.name),
                ("ended", "done" if pending.succeeded else "refused"),
                ("clTRID", pending.cltrid),
                ("decided", pending.at),
            ]
        case _:
            pairs = []  # what has no lines of its own here; poll messages may be about anything
    return tuple((key, _text(value)) for key, value in pairs if value not in {None, ""})


def _text(value: object) -> str:
    return value.strftime("%Y-%m-%dT%H:%M:%SZ") if isinstance(value, datetime) else str(value)


def _milliseconds(answer: Answer) -> float:
    return round(answer.elapsed_s * 1000.0, 1)
