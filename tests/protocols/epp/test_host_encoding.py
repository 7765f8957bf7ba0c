"""Host commands as XML (RFC 5732 section 3)."""

import pytest

from protocols.epp import CheckHosts, CreateHost, DeleteHost, InfoHost, InvalidCommand
from protocols.epp.host_commands import HostCommand
from protocols.epp.host_encoding import address_family, host_verb

_XMLNS = ' xmlns:host="urn:ietf:params:xml:ns:host-1.0"'


@pytest.mark.parametrize(
    ("command", "written"),
    [
        (CheckHosts(("a.b", "c.d")), "<check><check><name>a.b</name><name>c.d</name></check>"),
        (InfoHost("a.b"), "<info><info><name>a.b</name></info>"),
        (DeleteHost("a.b"), "<delete><delete><name>a.b</name></delete>"),
        (CreateHost("a.b"), "<create><create><name>a.b</name></create>"),
        (
            CreateHost("a.b", ("2001:db8::1",)),
            '<create><create><name>a.b</name><addr ip="v6">2001:db8::1</addr></create>',
        ),
    ],
)
def test_a_host_command_is_written(command: HostCommand, written: str) -> None:
    assert host_verb(command).replace(_XMLNS, "").replace("host:", "").startswith(written)


def test_a_check_of_nothing_is_refused() -> None:
    with pytest.raises(InvalidCommand, match="host:check"):
        host_verb(CheckHosts(()))


def test_an_address_with_a_colon_is_of_the_sixth_version() -> None:
    assert address_family("::1") == "v6"
    assert address_family("192.0.2.1") == "v4"
