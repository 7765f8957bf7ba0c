"""What commands tell about themselves."""

from datetime import date
from typing import get_args

import pytest
from hypothesis import given

from protocols.epp import (
    CheckContacts,
    CheckDomains,
    CheckHosts,
    Command,
    CreateContact,
    CreateDomain,
    CreateHost,
    DeleteContact,
    DeleteDomain,
    DeleteHost,
    Hello,
    InfoContact,
    InfoDomain,
    InfoHost,
    Login,
    Logout,
    PollAcknowledge,
    PollRequest,
    PostalInfo,
    RenewDomain,
    TransferDomain,
    UpdateDomain,
)
from tests.protocols.epp.strategies import commands

_POSTAL = PostalInfo(kind="int", name="n", city="c", country="CH")


@pytest.mark.parametrize(
    ("command", "label", "command_class", "name"),
    [
        (Hello(), "hello", "session", None),
        (Login(client_id="us", password="x", objects=()), "login", "session", None),
        (Logout(), "logout", "session", None),
        (PollRequest(), "poll:req", "session", None),
        (PollAcknowledge("12"), "poll:ack", "session", "12"),
        (CheckDomains(("a.example", "b.example")), "domain:check", "query", "a.example"),
        (CheckDomains(()), "domain:check", "query", None),
        (InfoDomain("a.example"), "domain:info", "query", "a.example"),
        (CreateDomain(name="a.example", auth_info=""), "domain:create", "transform", "a.example"),
        (RenewDomain("a.example", date(2027, 1, 1)), "domain:renew", "transform", "a.example"),
        (DeleteDomain("a.example"), "domain:delete", "transform", "a.example"),
        (UpdateDomain(name="a.example"), "domain:update", "transform", "a.example"),
        (
            TransferDomain(name="a.example", operation="query"),
            "domain:transfer",
            "query",
            "a.example",
        ),
        (
            TransferDomain(name="a.example", operation="approve"),
            "domain:transfer",
            "transform",
            "a.example",
        ),
        (CheckHosts(("ns1.example",)), "host:check", "query", "ns1.example"),
        (InfoHost("ns1.example"), "host:info", "query", "ns1.example"),
        (CreateHost("ns1.example"), "host:create", "transform", "ns1.example"),
        (DeleteHost("ns1.example"), "host:delete", "transform", "ns1.example"),
        (CheckContacts(("id1",)), "contact:check", "query", "id1"),
        (InfoContact("id1"), "contact:info", "query", "id1"),
        (
            CreateContact(id="id1", postal_infos=(_POSTAL,), email="e", auth_info=""),
            "contact:create",
            "transform",
            "id1",
        ),
        (DeleteContact("id1"), "contact:delete", "transform", "id1"),
    ],
)
def test_a_command_knows_its_label_its_class_and_its_object(
    command: Command, label: str, command_class: str, name: str | None
) -> None:
    assert (command.label, command.command_class, command.object_name) == (
        label,
        command_class,
        name,
    )
    assert command.is_transform == (command_class == "transform")


@given(commands)
def test_a_command_is_a_plain_hashable_value(command: Command) -> None:
    assert isinstance(command, get_args(Command))
    assert hash(command) == hash(command)
    assert not hasattr(command, "__dict__")


def test_secrets_are_not_in_the_representation() -> None:
    for command in (
        Login(client_id="us", password="SECRET", new_password="SECRET", objects=()),
        InfoDomain("a.example", auth_info="SECRET"),
        CreateDomain(name="a.example", auth_info="SECRET"),
        UpdateDomain(name="a.example", new_auth_info="SECRET"),
        TransferDomain(name="a.example", operation="request", auth_info="SECRET"),
        InfoContact("id1", auth_info="SECRET"),
        CreateContact(id="id1", postal_infos=(_POSTAL,), email="e", auth_info="SECRET"),
    ):
        assert "SECRET" not in repr(command)
