"""The daemon itself: a way into the pages, its configuration, its end; and help."""

from dataclasses import dataclass

from actors.control.command import Command, Confirm
from actors.control.commands.look import NoArguments
from actors.control.context import Context
from actors.control.events import Acted, Events, LinkMade, RecordShown
from actors.control.redaction import without_secrets
from actors.control.roles import Role
from actors.control.slots import positional


async def login(context: Context, _: NoArguments) -> Events:
    """A fresh one-time link."""
    yield LinkMade(await context.ports.new_login_link(context.visitor))


async def config(context: Context, _: NoArguments) -> Events:
    """The configuration in force."""
    yield RecordShown(without_secrets(context.ports.effective_config()))


async def drain(context: Context, _: NoArguments) -> Events:
    """Take no new work."""
    await context.ports.drain()
    yield Acted("drained: what was under way is done, nothing new is taken")


async def shutdown(context: Context, _: NoArguments) -> Events:
    """End the daemon."""
    context.ports.shutdown()
    yield Acted("the daemon drains and ends")


@dataclass(frozen=True, slots=True)
class HelpArguments:
    """What `help` takes."""

    command: tuple[str, ...] = positional("of which command", default=(), completes="commands")


async def show_help(context: Context, arguments: HelpArguments) -> Events:
    """What there is to type."""
    yield context.catalogue.help(arguments.command)


COMMANDS = (
    Command(
        name="login",
        summary="A one-time link that signs you in to the pages, with your role here.",
        group="daemon",
        role=Role.VIEWER,
        arguments=NoArguments,
        run=login,
        changes=True,
    ),
    Command(
        name="config",
        summary="The configuration in force, secrets hidden.",
        group="daemon",
        role=Role.ADMIN,
        arguments=NoArguments,
        run=config,
    ),
    Command(
        name="drain",
        summary="Finish what is under way and take nothing new.",
        group="daemon",
        role=Role.ADMIN,
        arguments=NoArguments,
        run=drain,
        changes=True,
        confirm=Confirm.ALWAYS,
        timeout_s=600.0,
    ),
    Command(
        name="shutdown",
        summary="Drain, then end the daemon.",
        group="daemon",
        role=Role.ADMIN,
        arguments=NoArguments,
        run=shutdown,
        changes=True,
        confirm=Confirm.ALWAYS,
    ),
    Command(
        name="help",
        summary="What there is to type.",
        group="daemon",
        role=Role.VIEWER,
        arguments=HelpArguments,
        run=show_help,
        examples=("help", "help domain", "help domain create"),
    ),
)
