"""What a job came to: named values, returned by `Worker.perform` and matched to the last case.

An exception is `Retry` with its trace. None of them is final by itself but `Done`, `Cancel` and
`Discard`: a `Retry` on the last attempt discards the job.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Done:
    """The work is done; the job is completed."""


@dataclass(frozen=True, slots=True)
class Snooze:
    """Not now: come back in `seconds`. It costs no attempt."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Retry:
    """It failed and may succeed later; `after_s` replaces the worker's own back-off."""

    reason: str
    after_s: float | None = None


@dataclass(frozen=True, slots=True)
class Cancel:
    """It is not wanted any more; the job ends as cancelled, with the reason."""

    reason: str


@dataclass(frozen=True, slots=True)
class Discard:
    """It can never succeed; the job ends as discarded, with the reason."""

    reason: str


Outcome = Done | Snooze | Retry | Cancel | Discard
