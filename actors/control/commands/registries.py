"""Registries: their pools, their messages, and the faults of the practice registry."""

import difflib
from dataclasses import dataclass

from actors.control.answers import Fault
from actors.control.command import Command
from actors.control.commands.look import NoArguments
from actors.control.context import Context
from actors.control.events import Acted, Column, Events, PollAnswered, PoolsShown, TableShown
from actors.control.refusal import ExitCode, Refusal, UsageError
from actors.control.roles import Role
from actors.control.slots import flag, option, positional


async def show_pools(context: Context, _: NoArguments) -> Events:
    """Every registry and its connections."""
    yield PoolsShown(await context.ports.epp_health())


@dataclass(frozen=True, slots=True)
class PollArguments:
    """What `poll` takes."""

    registry: str | None = positional("only this one", default=None, completes="registries")
    ack: str | None = option(
        "acknowledge a message, which removes it", default=None, placeholder="ID"
    )


async def poll(context: Context, arguments: PollArguments) -> Events:
    """The oldest message of each queue, or an acknowledgement."""
    if arguments.ack is not None and arguments.registry is None:
        raise UsageError("--ack needs the registry whose message it is")
    if arguments.registry is not None:
        _known(context, arguments.registry)
    answers = await context.ports.poll(arguments.registry, acknowledge=arguments.ack)
    yield PollAnswered(answers)


def _known(context: Context, registry: str) -> None:
    names = context.ports.registries()
    if registry not in names:
        nearest = tuple(difflib.get_close_matches(registry, names, n=3, cutoff=0.4))
        raise Refusal(
            "not_found",
            f"no registry {registry!r}",
            exit_code=ExitCode.NOT_FOUND,
            nearest=nearest,
            known=names,
        )


@dataclass(frozen=True, slots=True)
class FaultArguments:
    """What `fault` takes."""

    registry: str = positional("the practice registry", completes="registries")
    fault: tuple[str, ...] = positional(
        "the kind, then key=value", default=(), placeholder="KIND [key=value]"
    )
    clear: bool = flag("forget all faults")
    list: bool = flag("show the faults")


_FAULT_COLUMNS = (
    Column("registry", "registry"),
    Column("kind", "fault"),
    Column("settings", "settings"),
)


async def fault(context: Context, arguments: FaultArguments) -> Events:
    """Have the practice registry misbehave, and stop it."""
    words = " ".join(arguments.fault).split()
    registry = arguments.registry
    if arguments.clear + arguments.list + bool(words) != 1:
        raise UsageError("give a fault, or --clear, or --list")
    if arguments.clear:
        count = await context.ports.clear_faults(registry)
        yield Acted(f"{count} faults of {registry} cleared", (("cleared", count),))
    elif arguments.list:
        faults = await context.ports.faults(registry)
        rows = tuple(
            (each.registry, each.kind, " ".join(f"{key}={value}" for key, value in each.settings))
            for each in faults
        )
        yield TableShown("faults", _FAULT_COLUMNS, rows, f"{registry} behaves")
    else:
        wanted = Fault(registry, words[0], tuple(_setting(word) for word in words[1:]))
        await context.ports.inject_fault(wanted)
        yield Acted(
            f"{registry} will show {' '.join(words)}",
            (("registry", registry), ("kind", wanted.kind)),
        )


def _setting(word: str) -> tuple[str, str]:
    key, equals, value = word.partition("=")
    if not equals or not key:
        raise UsageError(f"{word!r} is not key=value")
    return key, value


COMMANDS = (
    Command(
        name="pools",
        summary="Registries: sessions, load, times, connections.",
        group="registries",
        role=Role.VIEWER,
        arguments=NoArguments,
        run=show_pools,
        examples=("pools", "pools --json"),
    ),
    Command(
        name="poll",
        summary="The oldest message of each registry's queue.",
        group="registries",
        role=Role.OPERATOR,
        arguments=PollArguments,
        run=poll,
        changes=True,
        timeout_s=60.0,
        examples=("poll", "poll verisign --ack 12345"),
    ),
    Command(
        name="fault",
        summary="Have the practice registry misbehave.",
        group="registries",
        role=Role.OPERATOR,
        arguments=FaultArguments,
        run=fault,
        changes=True,
        examples=(
            "fault verisign 'latency seconds=0.5 times=3'",
            "fault verisign --list",
            "fault verisign --clear",
        ),
    ),
)
