"""Session commands as XML (RFC 5730 section 2.9)."""

import pytest

from protocols.epp import InvalidCommand, Login, Logout, PollAcknowledge, PollRequest
from protocols.epp.session_encoding import session_verb


def test_the_small_commands_are_empty_elements() -> None:
    assert session_verb(Logout()) == "<logout/>"
    assert session_verb(PollRequest()) == '<poll op="req"/>'
    assert session_verb(PollAcknowledge('1"2')) == '<poll op="ack" msgID="1&quot;2"/>'


def test_a_login_escapes_its_passwords_and_lists_its_services() -> None:
    login = Login(
        client_id="client",
        password="<secret>",
        new_password="a&b",
        objects=("urn:one", "urn:two"),
        extensions=("urn:three",),
    )
    assert session_verb(login) == (
        "<login><clID>client</clID><pw>&lt;secret&gt;</pw><newPW>a&amp;b</newPW>"
        "<options><version>1.0</version><lang>en</lang></options>"
        "<svcs><objURI>urn:one</objURI><objURI>urn:two</objURI>"
        "<svcExtension><extURI>urn:three</extURI></svcExtension></svcs></login>"
    )


def test_a_login_leaves_out_what_it_does_not_ask_for() -> None:
    written = session_verb(Login(client_id="client", password="secret", objects=("urn:one",)))
    assert "newPW" not in written
    assert "svcExtension" not in written


def test_a_login_without_any_object_service_is_refused() -> None:
    with pytest.raises(InvalidCommand, match="login"):
        session_verb(Login(client_id="client", password="secret", objects=()))
