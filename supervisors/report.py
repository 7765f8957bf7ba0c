"""What supervisors write to the log; nobody else speaks for them.

| event | log line | level |
|---|---|---|
| restarts spent the intensity | `supervisor.gave_up` with child, reason, intensity | error |
| significant children have ended | `supervisor.auto_shutdown` with child, reason | info |
| a child did not start, at the start of its supervisor or again | `child.start_failed` | warning |
| a child that was told to stop ended otherwise | `child.shutdown_failed` | warning |
| a spec makes no sense | `child.refused` with the fault | warning |
| a temporary child ended abnormally and stays away | `child.lost` | info |
| an application runs | `application.started` with its permanence | info |
| an application was stopped | `application.stopped` with the reason it ended with | info |
| an application died, and the node lives on | `application.ended` | warning |
| an application died, and the node with it | `application.ended` | error |

A restart is written by `runtime.telemetry`, which remembers it, and so is a crash: once, where it
happened. Source: supervisor.erl, whose reports are start_error, child_terminated, shutdown_error
and shutdown.
"""

import structlog

from runtime import ExitReason

log = structlog.get_logger("supervisor")


def gave_up(path: str, child: str, *, reason: str, intensity: str) -> None:
    """More restarts than the intensity permits."""
    log.error("supervisor.gave_up", actor=path, child=child, reason=reason, intensity=intensity)


def auto_shutdown(path: str, child: str, *, reason: str | None) -> None:
    """The significant child whose end is the end of its supervisor."""
    log.info("supervisor.auto_shutdown", actor=path, child=child, reason=reason)


def start_failed(child_path: str, *, reason: ExitReason, attempt: int) -> None:
    """A child did not start. `attempt` is 0 in the start of its supervisor."""
    log.warning("child.start_failed", actor=child_path, reason=str(reason), attempt=attempt)


def shutdown_failed(child_path: str, *, reason: ExitReason) -> None:
    """A child that was told to stop ended of something else, or not in time."""
    log.warning("child.shutdown_failed", actor=child_path, reason=str(reason))


def refused(path: str, child: str, *, fault: str) -> None:
    """A spec that was not taken."""
    log.warning("child.refused", actor=path, child=child, reason=fault)


def lost(child_path: str, *, reason: ExitReason) -> None:
    """A temporary child ended abnormally."""
    log.info("child.lost", actor=child_path, reason=str(reason))


def application_started(name: str, *, permanence: str) -> None:
    """An application has taken its last start phase."""
    log.info("application.started", application=name, permanence=permanence)


def application_stopped(name: str, *, reason: ExitReason | None) -> None:
    """An application was told to stop and has ended."""
    log.info("application.stopped", application=name, reason=str(reason))


def application_ended(name: str, *, reason: ExitReason, takes_the_node: bool) -> None:
    """An application ended by itself."""
    say = log.error if takes_the_node else log.warning
    say("application.ended", application=name, reason=str(reason), node_ends=takes_the_node)
