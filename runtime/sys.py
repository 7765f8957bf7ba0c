"""A look into, and a hand on, any actor that runs, supervisors included (OTP's module `sys`).

No actor has to do anything for it. What comes from here is no mail: it does not wait behind the
mailbox, and a suspended actor is served like any other. As one event loop runs all actors, a
request acts on the actor directly, between two of its handlers.

| request | while a handler of the actor is being awaited |
|---|---|
| get_status, statistics, the log, traces, functions, resume | acts at once |
| get_state, replace_state, change_code | waits until that handler has returned |
| suspend | takes effect when it returns; waits for that |
| terminate | takes effect when it returns; waits for the death |

What waits has a `timeout_s` and raises CallTimeout, which names the request, when it is over; the
actor goes on. Every function raises NotRunning when the actor is dead or nobody has the name, and
those that wait raise CallingSelf in the actor they are to wait for.

Actors are named by their ref or their path. State and messages are shown without secrets: see
`Actor.format_status` and `runtime.redaction`.
"""

import asyncio
import sys
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Final, TextIO, TypeVar

from runtime.debug import DONE, Debug, DebugFunction
from runtime.debug_events import DebugEvent, Statistics
from runtime.exits import NORMAL, CallingSelf, CallTimeout, ExitReason, NotRunning
from runtime.process import Process
from runtime.ref import DEFAULT_TIMEOUT_S, Ref
from runtime.state import DYING, RUNNING, STARTING, YIELDING
from runtime.status import ActorStatus, state_of, status_of
from runtime.trace import Trace

if TYPE_CHECKING:
    from runtime.actor import Actor
    from runtime.system import System

__all__ = [
    "DONE",
    "DebugFunction",
    "NotSuspended",
    "Unreplaceable",
    "change_code",
    "get_log",
    "get_state",
    "get_status",
    "install",
    "no_debug",
    "print_log",
    "remove",
    "replace_state",
    "resume",
    "start_log",
    "start_statistics",
    "statistics",
    "stop_log",
    "stop_statistics",
    "suspend",
    "terminate",
    "trace",
]

LOG_SIZE: Final = 10
"""Events kept unless it is said how many (as in OTP)."""

Result = TypeVar("Result")


class Unreplaceable(AttributeError):
    """The actor has no such attribute to give a new value to."""

    def __init__(self, path: str, names: tuple[str, ...]) -> None:
        super().__init__(f"{path} has no state called {', '.join(names)}")
        self.path = path
        self.names = names


class NotSuspended(RuntimeError):
    """An actor's code may be changed only while it is suspended."""

    def __init__(self, path: str) -> None:
        super().__init__(f"{path} is not suspended")
        self.path = path


# State.


async def get_state(
    system: "System", target: Ref | str, *, timeout_s: float = DEFAULT_TIMEOUT_S
) -> Mapping[str, object]:
    """What the actor shows of its state: `facts()`, or its public attributes if it has none."""
    return await _between(system, target, "get_state", _look, timeout_s)


def _look(process: Process) -> Mapping[str, object]:
    return state_of(process.actor)


async def replace_state(
    system: "System",
    target: Ref | str,
    change: "Mapping[str, object] | Callable[[Actor], object]",
    *,
    timeout_s: float = DEFAULT_TIMEOUT_S,
) -> Mapping[str, object]:
    """Change the actor's attributes, and see what it shows then. For emergencies and tests.

    `change` holds new values for attributes that exist (raises Unreplaceable, and changes
    nothing, where one does not), or is a function that is given the actor. What the function
    raises is raised here; the attributes are then what they were, objects that it altered inside
    them are not.
    """
    act = partial(_replace, change=change)
    return await _between(system, target, "replace_state", act, timeout_s)


def _replace(
    process: Process, *, change: "Mapping[str, object] | Callable[[Actor], object]"
) -> Mapping[str, object]:
    attributes = vars(process.actor)
    before = dict(attributes)
    if not callable(change):
        unknown = tuple(name for name in change if name not in before or name == "process")
        if unknown:
            raise Unreplaceable(process.path, unknown)
        attributes.update(change)
        return state_of(process.actor)
    try:
        change(process.actor)
        return state_of(process.actor)
    except BaseException:
        attributes.clear()
        attributes.update(before)
        raise


def get_status(system: "System", target: Ref | str) -> ActorStatus:
    """Everything that can be said of the actor; at once, whatever it is doing."""
    return status_of(_process(system, target))


# Standing still.


async def suspend(
    system: "System", target: Ref | str, *, timeout_s: float = DEFAULT_TIMEOUT_S
) -> None:
    """Leave the actor's mail where it is. Returns when no handler of it runs any more.

    After a CallTimeout the actor is suspended all the same, as soon as its handler returns.
    """
    process = _process(system, target)
    _refuse_oneself(process)
    process.suspend()
    await _between(system, process, "suspend", lambda _: None, timeout_s)


def resume(system: "System", target: Ref | str) -> None:
    """Let a suspended actor go on."""
    _process(system, target).resume()


async def terminate(
    system: "System",
    target: Ref | str,
    reason: ExitReason = NORMAL,
    *,
    timeout_s: float = DEFAULT_TIMEOUT_S,
) -> None:
    """End the actor before any mail that waits, suspended or not; its `terminate` runs.

    Returns when it is dead. Its supervisor does what it does about that reason.
    """
    process = _process(system, target)
    _refuse_oneself(process)
    process.stop_after_handler(reason)
    try:
        await process.join(timeout_s=timeout_s)
    except TimeoutError:
        raise CallTimeout(process.path, "terminate", timeout_s) from None


async def change_code(
    system: "System",
    target: Ref | str,
    behaviour: "type[Actor]",
    extra: object = None,
    *,
    timeout_s: float = DEFAULT_TIMEOUT_S,
) -> None:
    """Make a suspended actor one of another class, usually a newer version of its own.

    The new class's `code_change(previous, extra)` runs on the old attributes; what it raises is
    raised here, and the actor is what it was. Plain and async handlers cannot be exchanged for
    each other: raises TypeError. Raises NotSuspended.
    """
    act = partial(_change_code, behaviour=behaviour, extra=extra)
    await _between(system, target, "change_code", act, timeout_s)


def _change_code(process: Process, *, behaviour: "type[Actor]", extra: object) -> None:
    if not process._suspended:
        raise NotSuspended(process.path)
    previous, actor = process.behaviour, process.actor
    if behaviour.is_async is not previous.is_async:
        raise TypeError(f"{behaviour.__qualname__} and {previous.__qualname__} run differently")
    before = dict(vars(actor))
    try:
        actor.__class__ = behaviour
        process.behaviour = behaviour
        actor.code_change(previous, extra)
    except BaseException:
        actor.__class__ = process.behaviour = previous
        vars(actor).clear()
        vars(actor).update(before)
        raise


# Statistics, log, trace, functions.


def start_statistics(system: "System", target: Ref | str) -> None:
    """Count from now on; begins anew where counting is on."""
    _ear(_process(system, target)).count_from_now()


def stop_statistics(system: "System", target: Ref | str) -> None:
    """Count no more."""
    process = _process(system, target)
    _ear(process).stop_counting()
    _tidy(process)


def statistics(system: "System", target: Ref | str) -> Statistics | None:
    """What was counted since; None while statistics are off."""
    debug = _process(system, target)._debug
    return None if debug is None else debug.statistics()


def start_log(system: "System", target: Ref | str, size: int = LOG_SIZE) -> None:
    """Keep the actor's last `size` events. Raises ValueError when that is less than one."""
    if size < 1:
        raise ValueError(f"a log keeps one event at least, not {size}")
    _ear(_process(system, target)).keep_log(size)


def stop_log(system: "System", target: Ref | str) -> None:
    """Keep no more events, and forget those kept."""
    process = _process(system, target)
    _ear(process).drop_log()
    _tidy(process)


def get_log(system: "System", target: Ref | str) -> tuple[DebugEvent, ...]:
    """The events kept, oldest first."""
    debug = _process(system, target)._debug
    return () if debug is None else debug.events()


def print_log(system: "System", target: Ref | str, file: TextIO | None = None) -> None:
    """Write the events kept, one a line, to `file` or to the standard output."""
    for event in get_log(system, target):
        (file or sys.stdout).write(f"{event}\n")


def trace(system: "System", target: Ref | str, *, limit: int = 50, seconds: float = 30.0) -> Trace:
    """A live stream of the actor's events.

    Ends after `limit` events, after `seconds`, or with the actor. Raises ValueError for a limit
    out of bounds.
    """
    process = _process(system, target)
    debug = _ear(process)

    def detach(ended: Trace) -> None:
        debug.detach(ended)
        _tidy(process)

    stream = Trace(system.clock, limit=limit, seconds=seconds, detach=detach)
    debug.attach(stream)
    return stream


def install(system: "System", target: Ref | str, name: str, function: DebugFunction) -> None:
    """Call `function` with each event of the actor, until it returns DONE or raises.

    It runs inside the actor's turn and has to be quick. One of the same name is replaced.
    """
    _ear(_process(system, target)).install(name, function)


def remove(system: "System", target: Ref | str, name: str) -> bool:
    """Take a debug function away. Returns whether it was there."""
    process = _process(system, target)
    removed = _ear(process).remove(name)
    _tidy(process)
    return removed


def no_debug(system: "System", target: Ref | str) -> None:
    """Switch everything off: statistics, log, traces and functions."""
    process = _process(system, target)
    _ear(process).silence()
    _tidy(process)


# Within.


def _process(system: "System", target: Ref | str) -> Process:
    ref = system.whereis(target) if isinstance(target, str) else target
    if ref is None:
        raise NotRunning(str(target))
    if not ref.alive:
        raise NotRunning(ref.path, ref.exit_reason or NORMAL)
    assert isinstance(ref, Process)
    return ref


def _refuse_oneself(process: Process) -> None:
    if process._service is not None and process._service.task is asyncio.current_task():
        raise CallingSelf(process.path)


async def _between(
    system: "System",
    target: Ref | str,
    request: str,
    action: Callable[[Process], Result],
    timeout_s: float,
) -> Result:
    """Run `action` while no handler of the actor runs: now, or when the present one returns."""
    process = _process(system, target)
    _refuse_oneself(process)
    if process._state not in {STARTING, RUNNING, YIELDING, DYING}:
        return action(process)
    debug = _ear(process)
    pending = debug.between(partial(action, process))
    late = CallTimeout(process.path, request, timeout_s)
    timer = system.clock.call_later(timeout_s, partial(pending.fail, late))
    try:
        return await pending.future
    finally:
        timer.cancel()
        debug.forget(pending)
        _tidy(process)


def _ear(process: Process) -> Debug:
    """The debug object of a process, made when first needed."""
    debug = process._debug
    if debug is None:
        debug = Debug(process)
        process.watch(debug)
    return debug


def _tidy(process: Process) -> None:
    """A process with nothing switched on goes back to its fast path."""
    if process._debug is not None and not process._debug.in_use:
        process.watch(None)
