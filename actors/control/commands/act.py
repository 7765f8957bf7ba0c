"""Commands that act on actors: restart, stop, suspend, resume.

A restart is an orderly end with a named reason, after which the supervisor does what it always
does: what is tried here is the recovery of the real thing. A supervisor handles the death of its
child before our next question to it, so its answer tells what became of the child.
"""

from dataclasses import dataclass

from actors.control.census import Census
from actors.control.command import Command, Confirm
from actors.control.commands.actors import ActorArguments
from actors.control.context import Context
from actors.control.events import Acted, Events
from actors.control.refusal import ExitCode, Refusal
from actors.control.roles import Role
from actors.control.slots import flag, option, positional, seconds
from runtime import (
    CURRENT,
    NORMAL,
    CallError,
    CallTimeout,
    Child,
    ChildFailed,
    ChildRefused,
    Failed,
    Ignored,
    Ref,
    RestartChild,
    Started,
    TerminateChild,
    Terminated,
    WhichChildren,
    sys,
)


@dataclass(frozen=True, slots=True)
class RestartArguments:
    """What `restart` takes."""

    actor: str = positional("its path; a stopped one is started", completes="actors")
    timeout: float = option("how long it may take", default=10.0, parse=seconds, placeholder="30s")


@dataclass(frozen=True, slots=True)
class StopArguments:
    """What `stop` takes."""

    actor: str = positional("its path", completes="actors")
    kill: bool = flag("end it at once, as a crash would; its supervisor starts it again")
    timeout: float = option("how long it may take", default=15.0, parse=seconds, placeholder="30s")


@dataclass(frozen=True, slots=True)
class SuspendArguments(ActorArguments):
    """What `suspend` takes."""

    timeout: float = option(
        "how long to wait for the handler that runs", default=5.0, parse=seconds, placeholder="5s"
    )


async def restart(context: Context, arguments: RestartArguments) -> Events:
    """End an actor and see it come back, or start a stopped one."""
    census = context.census()
    path = arguments.actor
    node = census.node(path)
    supervisor = _supervisor(census, path)
    ref = context.ports.system.whereis(path)
    if ref is None:
        yield await _start_again(supervisor, node.actor.name, path, arguments.timeout)
        return
    reason = Failed("restart_requested", f"by {context.visitor.who}")
    ref.request_stop(reason)
    if _carries_us(path):
        yield Acted(f"{path} restarts, and this session ends with it", (("path", path),))
        return
    await _gone(ref, arguments.timeout)
    yield await _aftermath(supervisor, ref, f"{path} ended ({reason})", arguments.timeout)


async def stop(context: Context, arguments: StopArguments) -> Events:
    """Stop an actor for good, or kill it to see it recover."""
    census = context.census()
    path = arguments.actor
    ref = census.ref(path)
    supervisor = census.parent(path)
    if ref is census.root:
        raise Refusal("is_the_root", f"{path} is the daemon itself: use `shutdown`")
    if _carries_us(path):
        raise Refusal("is_your_door", f"you came in by {path}: restart it, or use another door")
    if arguments.kill:
        ref.kill()
        await _gone(ref, arguments.timeout)
        if supervisor is None:
            yield Acted(f"{path} killed", (("path", path),))
        else:
            yield await _aftermath(supervisor, ref, f"{path} killed", arguments.timeout)
        return
    if supervisor is None:
        ref.request_stop(NORMAL)
        await _gone(ref, arguments.timeout)
    else:
        child_id = path.rsplit("/", 1)[-1]
        match await supervisor.call(TerminateChild(child_id), timeout_s=arguments.timeout):
            case Terminated():
                pass
            case ChildRefused(cause=cause):
                raise Refusal(cause, f"{supervisor.path} did not stop {path}: {cause}")
    yield Acted(f"{path} stopped; `restart {path}` starts it again", (("path", path),))


def _supervisor(census: Census, path: str) -> Ref:
    supervisor = census.parent(path)
    if supervisor is None:
        raise Refusal("not_supervised", f"no supervisor would start {path} again")
    return supervisor


def _carries_us(path: str) -> bool:
    """Whether this command runs in that actor, or below it: a door through which one came in."""
    process = CURRENT.get()
    return process is not None and (process.path + "/").startswith(path + "/")


async def _gone(ref: Ref, timeout_s: float) -> None:
    try:
        await ref.join(timeout_s=timeout_s)
    except TimeoutError:
        raise Refusal(
            "timed_out",
            f"{ref.path} has not ended within {timeout_s:g} s;"
            f" `stop {ref.path} --kill` does not ask",
            exit_code=ExitCode.TIMED_OUT,
        ) from None


async def _aftermath(supervisor: Ref, old: Ref, said: str, timeout_s: float) -> Acted:
    """What the supervisor did about the death of `old`."""
    try:
        children = await supervisor.call(WhichChildren(), timeout_s=timeout_s)
    except CallError as error:
        raise Refusal("supervisor_ended", f"{said}, and its supervisor with it: {error}") from error
    child = next((row for row in children if row.id == old.path.rsplit("/", 1)[-1]), None)
    match child:
        case Child(state="running", ref=Ref() as new) if new is not old:
            restarts = new.snapshot().restarts
            facts = (("path", old.path), ("state", "running"), ("restarts", restarts))
            return Acted(f"{said} and runs again; restarts: {restarts}", facts)
        case Child(state="restarting"):
            return Acted(
                f"{said}; it is backing off", (("path", old.path), ("state", "restarting"))
            )
        case _:
            return Acted(f"{said} and stays stopped", (("path", old.path), ("state", "stopped")))


async def _start_again(supervisor: Ref, child_id: str, path: str, timeout_s: float) -> Acted:
    match await supervisor.call(RestartChild(child_id), timeout_s=timeout_s):
        case Started():
            return Acted(f"{path} started", (("path", path), ("state", "running")))
        case Ignored():
            return Acted(f"{path} chose not to start", (("path", path), ("state", "ignored")))
        case ChildRefused(cause="restarting"):
            raise Refusal("backing_off", f"{path} is backing off; it starts by itself")
        case ChildRefused(cause=cause):
            raise Refusal(cause, f"{path} was not started: {cause}")
        case ChildFailed(reason=reason):
            raise Refusal("start_failed", f"{path} did not start: {reason}")


async def suspend(context: Context, arguments: SuspendArguments) -> Events:
    """Leave an actor's mail where it is."""
    ref = context.census().ref(arguments.actor)
    try:
        await sys.suspend(context.ports.system, ref, timeout_s=arguments.timeout)
    except CallTimeout as error:
        raise Refusal(
            "timed_out",
            f"{error}: it is suspended as soon as its handler returns",
            exit_code=ExitCode.TIMED_OUT,
        ) from error
    supervises = ref.snapshot().kind == "supervisor"
    remark = ", and none of its children is restarted" if supervises else ""
    yield Acted(
        f"{ref.path} suspended; its mail waits until `resume {ref.path}`{remark}",
        (("path", ref.path), ("state", "suspended")),
    )


async def resume(context: Context, arguments: ActorArguments) -> Events:
    """Let a suspended actor go on."""
    ref = context.census().ref(arguments.actor)
    waiting = ref.snapshot().mailbox
    sys.resume(context.ports.system, ref)
    yield Acted(
        f"{ref.path} goes on with {waiting} waiting messages",
        (("path", ref.path), ("mailbox", waiting)),
    )


COMMANDS = (
    Command(
        name="restart",
        summary="End an actor in order; its supervisor starts it afresh.",
        group="act",
        role=Role.OPERATOR,
        arguments=RestartArguments,
        run=restart,
        changes=True,
        confirm=Confirm.IN_SHELL,
        timeout_s=600.0,
        details="A supervisor is restarted with all its children. A stopped actor is started.",
        examples=("restart epp/verisign/pool", "restart epp/verisign"),
    ),
    Command(
        name="stop",
        summary="Stop an actor through its supervisor, or kill it to see it recover.",
        group="act",
        role=Role.OPERATOR,
        arguments=StopArguments,
        run=stop,
        changes=True,
        confirm=Confirm.IN_SHELL,
        timeout_s=600.0,
        details=(
            "A stopped actor stays stopped until `restart`. With --kill it dies as if it had"
            " crashed, and its supervisor restarts it."
        ),
        examples=("stop epp/verisign/poller", "stop epp/verisign/connections/1 --kill"),
    ),
    Command(
        name="suspend",
        summary="Leave an actor's mail where it is until resume.",
        group="act",
        role=Role.OPERATOR,
        arguments=SuspendArguments,
        run=suspend,
        timeout_s=600.0,
        details="Returns when the handler that runs has ended. The other commands still reach it.",
        changes=True,
        confirm=Confirm.IN_SHELL,
        examples=("suspend epp/verisign/poller",),
    ),
    Command(
        name="resume",
        summary="Let a suspended actor go on.",
        group="act",
        role=Role.OPERATOR,
        arguments=ActorArguments,
        run=resume,
        changes=True,
        examples=("resume epp/verisign/poller",),
    ),
)
