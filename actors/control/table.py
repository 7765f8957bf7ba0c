"""The command table: every command of every face."""

from actors.control.catalogue import Catalogue
from actors.control.commands import (
    act,
    actors,
    daemon,
    domains,
    follow,
    live,
    look,
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
        *daemon.COMMANDS,
    )
)
