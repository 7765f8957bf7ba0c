"""The tree of the room `web`.

web (one_for_one)
├── topics    dynamic: one actor per page and query that somebody looks at
├── sockets   dynamic: one actor per connected browser or client
└── server    uvicorn
"""

from functools import partial

from runtime import Backoff, ChildSpec
from supervisors.dynamic import DynamicSupervisor
from supervisors.supervisor import Supervisor
from web.accounts import Accounts
from web.ports import Backend
from web.server import Listen, WebServer


def web_tree(listen: Listen, *, backend: Backend, accounts: Accounts) -> ChildSpec:
    """The room."""
    server = partial(WebServer, listen, backend=backend, accounts=accounts)
    children = (
        ChildSpec(id="topics", start=DynamicSupervisor),
        ChildSpec(id="sockets", start=DynamicSupervisor),
        ChildSpec(id="server", start=server, backoff=Backoff()),
    )
    return ChildSpec(id="web", start=partial(Supervisor, children))
