"""The tree of the room `control`.

    control (one_for_one)
    ├── local   the JSON-lines socket in the data directory
    └── ssh     the SSH server

It hangs near the root, before all rooms that do the work: a crash elsewhere leaves the shell up.
"""

from functools import partial
from pathlib import Path

from actors.control import Desk
from actors.control.local_socket import LocalSocket
from actors.control.ssh_server import SshServer
from actors.control.ssh_settings import SshSettings
from runtime import Backoff, ChildSpec
from supervisors.supervisor import Supervisor


def control_tree(desk: Desk, *, socket: Path, ssh: SshSettings) -> ChildSpec:
    """The room."""
    children = (
        ChildSpec(id="local", start=partial(LocalSocket, desk, socket), backoff=Backoff()),
        ChildSpec(id="ssh", start=partial(SshServer, desk, ssh), backoff=Backoff()),
    )
    return ChildSpec(id="control", start=partial(Supervisor, children))
