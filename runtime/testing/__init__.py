"""The test kit: time that stands or jumps, actors that listen or play a part, order by a seed.

| to | use |
|---|---|
| let an hour pass in a millisecond | `VirtualClock`, `await clock.advance(3600)` |
| let time jump whenever nobody has anything to do | `JumpingClock`, `await clock.sleep(3600)` |
| wait until everybody waits | `await settle(system)` |
| be told, and look at what came | `Probe` |
| stand in for a peer that answers, delays and crashes as written | `Scenario`, `expect` |
| find bugs of order | `@every_order(seeds=50)`, `SeededSystem` |
| look inside | `behind(ref, Kind)`, `mailbox_of(ref)` |
| find messages that two actors could both write to | `System(frozen_messages=True)` |

Nothing here waits for a moment of real time; where a real peer may be slow, there is a limit after
which the test fails. No test framework is needed. See "Testing your actors" in docs/runtime.md.
"""

from runtime.testing.clock import JumpingClock, VirtualClock
from runtime.testing.inside import behind, mailbox_of
from runtime.testing.order import SeededProcess, SeededRunQueue, SeededSystem, every_order
from runtime.testing.probe import Probe
from runtime.testing.scenario import Scenario, Step, expect
from runtime.testing.turn import in_background, settle, turns, until

__all__ = [
    "JumpingClock",
    "Probe",
    "Scenario",
    "SeededProcess",
    "SeededRunQueue",
    "SeededSystem",
    "Step",
    "VirtualClock",
    "behind",
    "every_order",
    "expect",
    "in_background",
    "mailbox_of",
    "settle",
    "turns",
    "until",
]
