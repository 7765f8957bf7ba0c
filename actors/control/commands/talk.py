"""Messages typed by hand: `send` forgets them, `call` waits for the answer."""

from dataclasses import dataclass

from actors.control.command import Command
from actors.control.context import Context
from actors.control.events import Acted, Events, Replied
from actors.control.refusal import Refusal, UsageError
from actors.control.roles import Role
from actors.control.slots import option, positional, seconds
from actors.control.typed_message import build, is_request, understood
from runtime import Ref


@dataclass(frozen=True, slots=True)
class SendArguments:
    """What `send` takes."""

    actor: str = positional("its path", completes="actors")
    message: str = positional("the name of the message", placeholder="Name")
    fields: tuple[str, ...] = positional(
        "its fields; lists as a,b or JSON", default=(), placeholder="key=value"
    )


@dataclass(frozen=True, slots=True)
class CallArguments(SendArguments):
    """What `call` takes."""

    timeout: float = option("how long to wait", default=5.0, parse=seconds, placeholder="30s")


def _message(ref: Ref, arguments: SendArguments) -> object:
    known = understood(ref)
    if not known:
        raise Refusal("takes_no_messages", f"{ref.path} takes no typed messages")
    return build(known, arguments.message, arguments.fields)


async def send(context: Context, arguments: SendArguments) -> Events:
    """Cast a message."""
    ref = context.census().ref(arguments.actor)
    message = _message(ref, arguments)
    if is_request(message):
        raise UsageError(f"{arguments.message} is answered: use `call`", code="wrong_kind")
    ref.cast(message)
    yield Acted(f"{arguments.message} sent to {ref.path}", (("actor", ref.path),))


async def call(context: Context, arguments: CallArguments) -> Events:
    """Call, and show the reply."""
    ref = context.census().ref(arguments.actor)
    message = _message(ref, arguments)
    if not is_request(message):
        raise UsageError(f"{arguments.message} has no answer: use `send`", code="wrong_kind")
    reply = await ref.call(message, timeout_s=arguments.timeout)
    yield Replied(ref.path, arguments.message, reply)


COMMANDS = (
    Command(
        name="send",
        summary="Send a typed message to an actor and forget it.",
        group="talk",
        role=Role.ADMIN,
        arguments=SendArguments,
        run=send,
        changes=True,
        details="A wrong name or field is answered with the list of what the actor understands.",
        examples=("send epp/verisign/pool Reset",),
    ),
    Command(
        name="call",
        summary="Send a typed request to an actor and show its answer.",
        group="talk",
        role=Role.ADMIN,
        arguments=CallArguments,
        run=call,
        changes=True,
        timeout_s=600.0,
        details="A wrong name or field is answered with the list of what the actor understands.",
        examples=("call counter Add amount=5", "call counter Add amount=5 --timeout 30s"),
    ),
)
