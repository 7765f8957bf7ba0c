import asyncio
import socket
import ssl
from dataclasses import replace
from pathlib import Path

import pytest

from actors.epp import RegistrySettings, tls_context
from actors.epp.link import BytesReceived, Link, LinkOpened, describe_failure, run_link
from benchmarks.canned_registry import make_certificate
from runtime import Ref, System
from runtime.testing import Probe
from tests.support.epp_bench import one_turn
from tests.support.registry_peer import GREETING, RegistryPeer, framed


@pytest.fixture
def settings(peer: RegistryPeer) -> RegistrySettings:
    return RegistrySettings(
        name="v",
        host="127.0.0.1",
        port=peer.port,
        zones=("com",),
        client_id="abc",
        password="secret",
        tls_ca=peer.ca,
    )


@pytest.fixture
async def probe(system: System) -> tuple[Probe, Ref]:
    probe = Probe()
    return probe, system.spawn(lambda: probe)


async def test_it_opens_and_hands_the_octets_on_in_order(
    settings: RegistrySettings, probe: tuple[Probe, Ref], peer: RegistryPeer, system: System
) -> None:
    listener, owner = probe
    running = system.loop.create_task(run_link(settings, tls_context(settings), owner))
    opened = await listener.receive(LinkOpened)
    assert (await listener.receive(BytesReceived)).data == framed(GREETING)
    assert opened.link.remote == f"127.0.0.1:{peer.port}"
    peer.sessions[0].close()
    assert await running is None


async def test_what_is_closed_is_never_read_again(
    settings: RegistrySettings, probe: tuple[Probe, Ref], peer: RegistryPeer, system: System
) -> None:
    listener, owner = probe
    running = system.loop.create_task(run_link(settings, tls_context(settings), owner))
    opened = await listener.receive(LinkOpened)
    await listener.receive(BytesReceived)
    opened.link.abort()
    opened.link.data_received(b"late")
    await running
    assert not listener.seen


async def test_cut_off_while_it_shakes_hands_it_leaves_no_socket_behind(
    settings: RegistrySettings, probe: tuple[Probe, Ref], system: System
) -> None:
    _, owner = probe
    for turns in range(12):
        running = system.loop.create_task(run_link(settings, tls_context(settings), owner))
        for _ in range(turns):
            await asyncio.wait([running], timeout=0)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
    await one_turn()


async def test_the_options_of_the_socket_let_a_half_open_link_die(
    settings: RegistrySettings, probe: tuple[Probe, Ref], peer: RegistryPeer, system: System
) -> None:
    listener, owner = probe
    running = system.loop.create_task(run_link(settings, tls_context(settings), owner))
    link = (await listener.receive(LinkOpened)).link
    assert link._transport is not None
    sock = link._transport.get_extra_info("socket")
    assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
    assert sock.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
    assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) == 60
    link.abort()
    await running


async def test_a_name_is_resolved_and_its_addresses_are_tried(
    settings: RegistrySettings, probe: tuple[Probe, Ref], peer: RegistryPeer, system: System
) -> None:
    listener, owner = probe
    named = replace(settings, host="localhost", tls_server_name="127.0.0.1")
    running = system.loop.create_task(run_link(named, tls_context(named), owner))
    link = (await listener.receive(LinkOpened)).link
    link.abort()
    await running


async def test_a_link_that_was_never_open_can_be_closed(system: System) -> None:
    link = Link(system.spawn(Probe))
    link.close()
    link.abort()
    link.release()
    assert (link.remote, link.tls, link.error) == ("?", "none", None)
    link.connection_lost(ConnectionResetError("reset by peer"))
    assert link.error == "reset by peer"


def test_versions_below_1_2_are_not_spoken(settings: RegistrySettings) -> None:
    context = tls_context(settings)
    assert context.minimum_version is ssl.TLSVersion.TLSv1_2
    assert context.check_hostname
    assert context.verify_mode is ssl.CERT_REQUIRED


def test_our_certificate_is_loaded_where_the_registry_asks_for_one(
    settings: RegistrySettings, tmp_path: Path
) -> None:
    folder = tmp_path / "ours"
    folder.mkdir()
    certificate, key = make_certificate(folder)
    tls_context(replace(settings, tls_certificate=certificate, tls_key=key))
    with pytest.raises(OSError, match="No such file"):
        tls_context(replace(settings, tls_certificate=tmp_path / "none.pem"))


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (TimeoutError(), "no connection within its deadline"),
        (ConnectionRefusedError(111, "Connect call failed ('127.0.0.1', 1)"), "connection refused"),
        (OSError(113, "No route to host"), "No route to host"),
        (OSError("all at once"), "all at once"),
        (ConnectionAbortedError(), "ConnectionAbortedError"),
    ],
)
def test_failures_are_told_for_people(error: OSError, text: str) -> None:
    assert describe_failure(error) == text
