"""The command table: every command of every face."""

from actors.control.catalogue import Catalogue
from actors.control.commands import act, daemon, domains, follow, look, registries, talk

COMMANDS = Catalogue(
    (
        *look.COMMANDS,
        *follow.COMMANDS,
        *talk.COMMANDS,
        *act.COMMANDS,
        *registries.COMMANDS,
        *domains.COMMANDS,
        *daemon.COMMANDS,
    )
)
