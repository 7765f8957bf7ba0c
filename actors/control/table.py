"""The command table: every command of every face."""

from actors.control.catalogue import Catalogue
from actors.control.commands import (
    act,
    actors,
    daemon,
    domains,
    follow,
    job_actions,
    job_insertion,
    jobs,
    live,
    look,
    queues,
    registries,
    talk,
)

COMMANDS = Catalogue(
    (
        *look.COMMANDS,
        *actors.COMMANDS,
        *live.COMMANDS,
        *follow.COMMANDS,
        *talk.COMMANDS,
        *act.COMMANDS,
        *registries.COMMANDS,
        *domains.COMMANDS,
        *queues.COMMANDS,
        *jobs.COMMANDS,
        *job_insertion.COMMANDS,
        *job_actions.COMMANDS,
        *daemon.COMMANDS,
    )
)
