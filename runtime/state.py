"""Where an actor stands between its start and its death.

    state      meaning                              leaves by
    STARTING   `init` runs; mail gathers            init done → at rest or READY, failed → DEAD
    IDLE       at rest: no mail                     mail → READY, inline call → RUNNING
    WATCHED    as IDLE, with somebody looking on    mail → READY
               (`runtime.debug`): no short cuts
    SUSPENDED  at rest whatever mail there is       `resume` → IDLE, WATCHED or READY
    READY      has mail and awaits its turn         its turn → RUNNING
    RUNNING    a handler runs, or is awaited        mail or batch done → at rest or READY
    YIELDING   as RUNNING, but this handler is the  handler done → `terminate` and DEAD,
               last of its turn                     SUSPENDED, at rest or READY
    DYING      an async handler is being cancelled  it has ended → DEAD
    DEAD       name freed, callers failed, links    never
               and monitors told, in that order

IDLE implies an empty mailbox, so that one comparison decides whether a call may run inline. The
order of the numbers is used: up to WATCHED mail wakes the actor, from DYING on nobody hears it.
"""

from typing import Final

from runtime.snapshot import ActorState

IDLE: Final = 0
WATCHED: Final = 1
SUSPENDED: Final = 2
STARTING: Final = 3
READY: Final = 4
RUNNING: Final = 5
YIELDING: Final = 6
DYING: Final = 7
DEAD: Final = 8

LABELS: Final[dict[int, ActorState]] = {
    STARTING: "starting",
    IDLE: "idle",
    WATCHED: "idle",
    SUSPENDED: "suspended",
    READY: "ready",
    RUNNING: "running",
    YIELDING: "running",
    DYING: "dead",
    DEAD: "dead",
}
