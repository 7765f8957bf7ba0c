"""The SSH door, with asyncssh's own client."""

import asyncio
import json
import socket
import stat
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any, cast

import asyncssh
import pytest

from actors.control import AuditEntry, Desk
from actors.control.key_files import ADMIN_KEY, HOST_KEY, _make_pair
from actors.control.listening import CannotListen, bind_tcp
from actors.control.ssh_server import DescribeDoors, Doors, SshServer
from actors.control.ssh_settings import SshSettings
from runtime import Crashed, Ref, StartFailed, System
from runtime.testing import VirtualClock, settle
from tests.actors.control.scripted import ScriptedPorts, start

Connect = Callable[..., AbstractAsyncContextManager[asyncssh.SSHClientConnection]]


def fresh_key(comment: str = "somebody") -> tuple[asyncssh.SSHKey, str]:
    private, public = _make_pair(comment)
    return asyncssh.import_private_key(private), public.decode()


class Keyring:
    """The server's key file, written to while it runs."""

    def __init__(self, directory: Path) -> None:
        self.path = directory / "authorized_keys"

    def add(self, comment: str, options: str = "") -> asyncssh.SSHKey:
        key, line = fresh_key(comment)
        with self.path.open("a") as file:
            file.write(f"{options} {line}".lstrip())
        return key

    def clear(self) -> None:
        self.path.write_text("")


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    path = tmp_path / "control"
    path.mkdir(mode=0o700)
    return path


@pytest.fixture
def keyring(directory: Path) -> Keyring:
    return Keyring(directory)


@pytest.fixture
def settings(directory: Path, keyring: Keyring) -> SshSettings:
    return SshSettings(
        directory=directory,
        authorized_keys=keyring.path,
        listen=("127.0.0.1", 0),
        socket=directory / "ssh.sock",
        web_port=lambda: None,
        connections_per_address=3,
    )


@pytest.fixture
async def server(system: System, desk: Desk, settings: SshSettings) -> Ref:
    return await system.start(partial(SshServer, desk, settings), name="control/ssh")


@pytest.fixture
async def doors(server: Ref) -> Doors:
    return await server.call(DescribeDoors())


@pytest.fixture
def connect(doors: Doors) -> Connect:
    return connector(doors)


def connector(doors: Doors) -> Connect:
    @asynccontextmanager
    async def open_connection(
        *keys: asyncssh.SSHKey, **options: Any
    ) -> AsyncGenerator[asyncssh.SSHClientConnection, None]:
        async with asyncssh.connect(
            "127.0.0.1",
            doors.port or 0,
            username="admin",
            known_hosts=None,
            client_keys=list(keys),
            config=None,
            agent_path=None,
            **options,
        ) as connection:
            yield connection

    return open_connection


def fact(server: Ref, key: str) -> str:
    return dict(server.snapshot().facts)[key]


async def test_the_first_start_makes_a_key_that_works(
    server: Ref, doors: Doors, connect: Connect, directory: Path
) -> None:
    for name in (HOST_KEY, ADMIN_KEY, "authorized_keys"):
        assert stat.S_IMODE((directory / name).stat().st_mode) == 0o600
    assert f"-i {directory / ADMIN_KEY} -p {doors.port} admin@127.0.0.1 tree" in doors.hint
    async with connect(asyncssh.read_private_key(directory / ADMIN_KEY)) as connection:
        result = await connection.run("tree")
    assert str(result.stdout).startswith("engset (one_for_one)")
    assert result.exit_status == 0
    assert fact(server, "logins") == "1"


async def test_a_command_prints_one_json_document_and_its_exit_code(
    connect: Connect, keyring: Keyring
) -> None:
    async with connect(keyring.add("ada")) as connection:
        result = await connection.run("domain check example.com --json")
        assert json.loads(str(result.stdout))["answers"][0]["name"] == "example.com"
        assert result.exit_status == 0
        for line, exit_status in (
            ("info nobody", 2),
            ("tre", 64),
            ("shutdown", 64),
            ("info 'half", 64),
            ("call counter Never --timeout 1ms", 124),
        ):
            result = await connection.run(line)
            assert (result.exit_status, result.stdout) == (exit_status, "")
            assert result.stderr


async def test_the_keys_comment_is_the_name_and_its_option_the_role(
    connect: Connect, keyring: Keyring, ports: ScriptedPorts
) -> None:
    async with connect(keyring.add("vera@desk", 'environment="ROLE=viewer"')) as connection:
        assert (await connection.run("tree")).exit_status == 0
        assert (await connection.run("restart counter")).exit_status == 77
    async with connect(keyring.add("otto", 'environment="ROLE=operator"')) as connection:
        assert (await connection.run("restart counter")).exit_status == 0
    assert [(entry.visitor.who, entry.outcome) for entry in ports.audited] == [
        ("vera@desk", "not_permitted"),
        ("otto", "ok"),
    ]
    assert ports.audited[0].visitor.address == "127.0.0.1"


async def test_a_wrong_key_is_refused_and_counted(
    server: Ref, connect: Connect, keyring: Keyring
) -> None:
    keyring.add("ada")
    with pytest.raises(asyncssh.PermissionDenied):
        async with connect(fresh_key()[0]):
            pass
    assert fact(server, "wrong keys") == "1"
    assert fact(server, "logins") == "0"


async def test_three_wrong_keys_and_then_the_right_one_come_in(
    connect: Connect, keyring: Keyring
) -> None:
    wrong = [fresh_key()[0] for _ in range(3)]
    async with connect(*wrong, keyring.add("ada")) as connection:
        assert (await connection.run("who")).exit_status == 0


async def test_six_wrong_keys_cut_the_connection_before_the_right_one(
    server: Ref, connect: Connect, keyring: Keyring
) -> None:
    wrong = [fresh_key()[0] for _ in range(6)]
    with pytest.raises(asyncssh.DisconnectError, match="Too many authentication failures"):
        async with connect(*wrong, keyring.add("ada")):
            pass
    assert fact(server, "cut after wrong keys") == "1"


async def test_a_removed_key_is_out_at_its_next_login(connect: Connect, keyring: Keyring) -> None:
    key = keyring.add("ada")
    async with connect(key):
        pass
    keyring.clear()
    with pytest.raises(asyncssh.PermissionDenied):
        async with connect(key):
            pass


async def test_a_key_file_that_others_may_write_lets_nobody_in(
    connect: Connect, keyring: Keyring
) -> None:
    key = keyring.add("ada")
    keyring.path.chmod(0o666)
    with pytest.raises(asyncssh.PermissionDenied):
        async with connect(key):
            pass


async def test_without_keys_nobody_comes_in_but_the_server_stands(
    system: System, desk: Desk, directory: Path
) -> None:
    settings = SshSettings(
        directory=directory,
        authorized_keys=directory / "elsewhere",
        makes_admin_key=False,
        listen=("127.0.0.1", 0),
    )
    server = await system.start(partial(SshServer, desk, settings))
    doors = await server.call(DescribeDoors())
    assert doors.hint == f"nobody can come in: put a public key into {directory / 'elsewhere'}"
    with pytest.raises(asyncssh.PermissionDenied):
        async with connector(doors)(fresh_key()[0]):
            pass


async def forwarded(connection: asyncssh.SSHClientConnection, host: str, port: int) -> bytes:
    """What the other end of a forwarding says until it closes."""
    reader, writer = await cast("Any", connection).open_connection(host, port)
    text: bytes = await reader.read()
    writer.close()
    return text


async def test_restrict_forbids_terminal_and_forwarding_but_not_commands(
    connect: Connect, keyring: Keyring
) -> None:
    async with connect(keyring.add("robot", "restrict")) as connection:
        assert (await connection.run("tree")).exit_status == 0
        with pytest.raises(asyncssh.ChannelOpenError):
            await connection.create_process(term_type="xterm")
        with pytest.raises(asyncssh.ChannelOpenError):
            await forwarded(connection, "127.0.0.1", 1)
    async with connect(keyring.add("half", "restrict,pty")) as connection:
        process = await connection.create_process(term_type="xterm")
        process.close()


async def test_only_the_web_port_is_forwarded(
    system: System, desk: Desk, settings: SshSettings, keyring: Keyring
) -> None:
    def greet(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"page")
        writer.close()

    web = await asyncio.start_server(greet, "127.0.0.1", 0)
    port = int(web.sockets[0].getsockname()[1])
    open_settings = SshSettings(
        directory=settings.directory,
        authorized_keys=keyring.path,
        listen=("127.0.0.1", 0),
        web_port=lambda: port,
    )
    server = await system.start(partial(SshServer, desk, open_settings))
    doors = await server.call(DescribeDoors())
    async with connector(doors)(keyring.add("ada")) as connection:
        assert await forwarded(connection, "127.0.0.1", port) == b"page"
        for host, other in (("127.0.0.1", doors.port or 0), ("192.0.2.1", port)):
            with pytest.raises(asyncssh.ChannelOpenError):
                await forwarded(connection, host, other)
        with pytest.raises(asyncssh.ChannelOpenError):
            await cast("Any", connection).open_unix_connection(str(settings.socket))
        with pytest.raises(asyncssh.ChannelListenError):
            await connection.forward_remote_port("127.0.0.1", 0, "127.0.0.1", port)
    assert (fact(server, "forwardings"), fact(server, "forwardings refused")) == ("1", "2")
    web.close()
    await web.wait_closed()


async def test_there_is_no_sftp_and_scp_is_no_command(connect: Connect, keyring: Keyring) -> None:
    async with connect(keyring.add("ada")) as connection:
        with pytest.raises(asyncssh.ChannelOpenError):
            await connection.start_sftp_client()
        assert (await connection.run("scp -t /tmp")).exit_status == 64


async def test_the_unix_socket_is_a_door_too_but_not_for_keys_bound_to_addresses(
    server: Ref, keyring: Keyring, settings: SshSettings
) -> None:
    assert settings.socket is not None
    assert stat.S_IMODE(settings.socket.stat().st_mode) == 0o600

    async def who_is(key: asyncssh.SSHKey) -> str:
        near_end = socket.socket(socket.AF_UNIX)
        near_end.setblocking(False)
        await asyncio.get_running_loop().sock_connect(near_end, str(settings.socket))
        async with asyncssh.connect(
            sock=near_end,
            username="admin",
            known_hosts=None,
            client_keys=[key],
            config=None,
            agent_path=None,
        ) as connection:
            return str((await connection.run("who --json")).stdout)

    (visitor,) = json.loads(await who_is(keyring.add("ada")))["visitors"]
    assert (visitor["who"], visitor["address"]) == ("ada", "")
    with pytest.raises(asyncssh.PermissionDenied):
        await who_is(keyring.add("far", 'from="127.0.0.1"'))
    await server.stop()
    assert not settings.socket.exists()


async def test_one_address_gets_only_so_many_connections(
    server: Ref, connect: Connect, keyring: Keyring
) -> None:
    key = keyring.add("ada")
    async with connect(key), connect(key), connect(key):
        with pytest.raises((asyncssh.Error, OSError)):
            async with connect(key):
                pass
    assert fact(server, "connections refused") == "1"


async def test_a_client_that_leaves_ends_its_stream(
    connect: Connect, keyring: Keyring, ports: ScriptedPorts
) -> None:
    async with connect(keyring.add("ada")) as connection:
        process = await connection.create_process("log -f --json")
        ports.logbook(None, "info", {"event": "early"})
        while not ports.logbook.subscribers:
            await settle(ports.system)
        ports.logbook(None, "info", {"event": "late"})
        assert json.loads(await process.stdout.readline())["event"]
    async with asyncio.timeout(5):
        while ports.logbook.subscribers:
            await settle(ports.system)


async def test_a_taken_port_is_named(system: System, desk: Desk, directory: Path) -> None:
    with bind_tcp("127.0.0.1", 0) as taken:
        taken.listen()
        port = taken.getsockname()[1]
        settings = SshSettings(
            directory=directory,
            authorized_keys=directory / "authorized_keys",
            listen=("127.0.0.1", port),
        )
        with pytest.raises(StartFailed, match=f"127.0.0.1:{port}: another program") as caught:
            await system.start(partial(SshServer, desk, settings))
    assert isinstance(caught.value.reason, Crashed)
    assert isinstance(caught.value.reason.error, CannotListen)


async def test_a_host_key_that_others_may_read_stops_the_start(
    system: System, desk: Desk, server: Ref, settings: SshSettings
) -> None:
    await server.stop()
    (settings.directory / HOST_KEY).chmod(0o644)
    with pytest.raises(StartFailed, match="chmod 0600"):
        await system.start(partial(SshServer, desk, settings))


async def test_a_killed_server_frees_its_port_and_keeps_its_host_key(
    system: System, desk: Desk, server: Ref, doors: Doors, settings: SshSettings
) -> None:
    before = (settings.directory / HOST_KEY).read_bytes()
    server.kill()
    await server.join()
    await settle(system)
    again = SshSettings(
        directory=settings.directory,
        authorized_keys=settings.authorized_keys,
        listen=("127.0.0.1", doors.port or 0),
        socket=settings.socket,
    )
    await system.start(partial(SshServer, desk, again))
    assert (settings.directory / HOST_KEY).read_bytes() == before


# The shell.


class Shell:
    def __init__(self, process: asyncssh.SSHClientProcess[str]) -> None:
        self.process = process

    def type(self, text: str) -> None:
        self.process.stdin.write(text)

    async def until(self, text: str) -> str:
        async with asyncio.timeout(5):
            return await self.process.stdout.readuntil(text)


@pytest.fixture
async def shell(connect: Connect, keyring: Keyring) -> AsyncIterator[Shell]:
    async with connect(keyring.add("ada")) as connection:
        process = await connection.create_process(term_type="xterm", term_size=(100, 30))
        opened = Shell(process)
        await opened.until("engset> ")
        yield opened


async def test_the_shell_runs_line_after_line_and_ends_with_exit(shell: Shell) -> None:
    shell.type("tree team\n")
    assert "brief" in await shell.until("engset> ")
    shell.type("\x1b[A\n")
    assert "brief" in await shell.until("engset> ")
    shell.type("nonsense\n")
    assert "no command" in await shell.until("engset> ")
    shell.type("exit\n")
    assert (await shell.process.wait()).exit_status == 0


async def test_control_d_ends_the_shell(shell: Shell) -> None:
    shell.type("\x04")
    assert (await shell.process.wait()).exit_status == 0


async def test_control_c_clears_the_line(shell: Shell) -> None:
    shell.type("restart counter\x03")
    await shell.until("engset> ")
    shell.type("tree team\n")
    assert "brief" in await shell.until("engset> ")


async def test_tab_completes_commands_paths_and_options(shell: Shell) -> None:
    shell.type("hist\tteam/b\t\n")
    assert "no restarts" in await shell.until("engset> ")
    shell.type("domain \t")
    assert "check  create  delete" in await shell.until("engset> ")
    shell.type("\x15")


async def test_a_destructive_command_is_asked_about(shell: Shell, ports: ScriptedPorts) -> None:
    shell.type("stop counter\n")
    await shell.until("stop counter: sure? [y/N] ")
    shell.type("n\n")
    assert "not done" in await shell.until("engset> ")
    assert ports.system.whereis("counter") is not None
    shell.type("stop counter\n")
    await shell.until("[y/N] ")
    shell.type("y\n")
    assert "stopped" in await shell.until("engset> ")
    assert ports.system.whereis("counter") is None


async def test_any_key_stops_a_stream(shell: Shell, ports: ScriptedPorts) -> None:
    shell.type("log -f\n")
    while not ports.logbook.subscribers:
        await settle(ports.system)
    ports.logbook(None, "info", {"event": "link.opened"})
    await shell.until("link.opened")
    shell.type("q")
    await shell.until("engset> ")
    assert ports.logbook.subscribers == 0
    shell.type("tree team\n")
    assert "brief" in await shell.until("engset> ")


async def test_a_script_without_a_terminal_is_run_to_its_end(
    connect: Connect, keyring: Keyring
) -> None:
    async with connect(keyring.add("ada")) as connection:
        result = await connection.run(input="tree team\nstop counter\ninfo counter\n")
    assert "brief" in str(result.stdout)
    assert "counter stopped" in str(result.stdout)
    assert "engset>" not in str(result.stdout)


async def test_an_idle_shell_is_warned_and_closed(directory: Path, keyring: Keyring) -> None:
    clock = VirtualClock()
    async with System(clock=clock, frozen_messages=True) as system:
        desk = Desk(await start(system))
        settings = SshSettings(
            directory=directory, authorized_keys=keyring.path, listen=("127.0.0.1", 0)
        )
        server = await system.start(partial(SshServer, desk, settings))
        doors = await server.call(DescribeDoors())
        async with connector(doors)(keyring.add("ada")) as connection:
            process = await connection.create_process(term_type="xterm")
            await process.stdout.readuntil("engset> ")
            await clock.advance(10 * 60, system=system)
            process.stdin.write("tree team\n")
            await process.stdout.readuntil("engset> ")
            await clock.advance(13 * 60, system=system)
            assert fact(server, "idle shells closed") == "0"
            await clock.advance(60, system=system)
            assert "closes in 1 min" in await process.stdout.readuntil("engset> ")
            await clock.advance(60, system=system)
            assert (await process.wait()).exit_status == 124
        assert fact(server, "idle shells closed") == "1"


async def test_lines_of_a_script_wait_while_a_stream_runs(
    connect: Connect, keyring: Keyring, ports: ScriptedPorts
) -> None:
    async with connect(keyring.add("ada")) as connection:
        process = await connection.create_process()
        process.stdin.write("log -f -n 0\ntree team\n")
        while not ports.logbook.subscribers:
            await settle(ports.system)
        process.send_break(100)
        assert "brief" in await Shell(process).until("brief")


async def test_a_break_without_a_terminal_is_harmless(connect: Connect, keyring: Keyring) -> None:
    async with connect(keyring.add("ada")) as connection:
        process = await connection.create_process()
        process.send_break(100)
        process.stdin.write("tree team\nexit\n")
        assert (await process.wait()).exit_status == 0


async def test_an_exec_stream_in_a_terminal_is_stopped_by_a_key(
    connect: Connect, keyring: Keyring, ports: ScriptedPorts
) -> None:
    async with connect(keyring.add("ada")) as connection:
        process = await connection.create_process("log -f", term_type="xterm")
        while not ports.logbook.subscribers:
            await settle(ports.system)
        process.stdin.write("q")
        assert (await process.wait()).exit_status == 0
    assert ports.logbook.subscribers == 0


async def test_a_session_whose_command_crashes_ends_and_the_server_goes_on(
    server: Ref, connect: Connect, keyring: Keyring, ports: ScriptedPorts
) -> None:
    async with connect(keyring.add("ada")) as connection:
        ports.audit = explode  # type: ignore[method-assign]
        result = await connection.run("restart counter")
        assert result.exit_status == 1
        assert (await connection.run("tree")).exit_status == 0
    assert fact(server, "sessions failed") == "1"


def explode(entry: AuditEntry) -> None:
    raise RuntimeError("the record is full")
