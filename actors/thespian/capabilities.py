"""What this system says of itself when an actor asks whether it can live here."""

import sys

from thespian.actors import ThespianGeneration

THREADS_CAPABILITY = "Handler Threads"
"""Set to False, slow handlers stay on the loop's thread (see `actors.thespian.threads`)."""


def standard_capabilities() -> dict[str, object]:
    """The capabilities every Thespian system has, by the names Thespian's own bases use."""
    return {
        "Python Version": tuple(sys.version_info),
        "Thespian Generation": ThespianGeneration,
        "Thespian Version": ".".join(str(part) for part in ThespianGeneration),
        "Thespian ActorSystem Name": "asyncioSystem",
        "Thespian ActorSystem Version": 1,
        "Thespian Watch Supported": False,
        "AllowRemoteActorSources": "No",
        THREADS_CAPABILITY: True,
    }
