from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.epp_server import Problem, Request, ResultCode, Unreadable, read_request
from protocols.epp_server.contact_requests import (
    CheckContacts,
    CreateContact,
    DeleteContact,
    DisclosedItem,
    Disclosure,
    InfoContact,
    Phone,
    PostalInfo,
)
from protocols.epp_server.domain_requests import (
    CheckDomains,
    CreateDomain,
    DeleteDomain,
    DomainContact,
    DomainParts,
    InfoDomain,
    Period,
    RenewDomain,
    TransferDomain,
    UpdateDomain,
)
from protocols.epp_server.host_requests import (
    Address,
    CheckHosts,
    CreateHost,
    DeleteHost,
    HostParts,
    InfoHost,
    UpdateHost,
)
from protocols.epp_server.requests import COMMAND_LABELS, Command
from protocols.epp_server.session_requests import Hello, Login, Logout, PollAck, PollRequest
from tests.protocols.epp_server import frames
from tests.protocols.epp_server.published import assert_valid

ADA = PostalInfo(
    kind="int",
    name="Ada Example",
    organisation="Example & Sons",
    street=("1 Main Street", "Suite 2"),
    city="Dulles",
    province="VA",
    postal_code="20166",
    country="US",
)

READABLE: list[tuple[bytes, Command]] = [
    (frames.hello(), Hello()),
    (frames.logout(), Logout()),
    (
        frames.login("reg-a", "secret-a", new="secret-b", extensions=("urn:x",)),
        Login(
            "reg-a", "secret-a", "secret-b", "1.0", "en", (frames.DOMAIN, frames.HOST), ("urn:x",)
        ),
    ),
    (
        frames.login("reg-a", "secret-a", uris=(frames.DOMAIN,)),
        Login("reg-a", "secret-a", None, "1.0", "en", (frames.DOMAIN,), ()),
    ),
    (frames.poll_req(), PollRequest()),
    (frames.poll_ack("12"), PollAck("12")),
    (frames.domain_check("a.com", "b.com"), CheckDomains(("a.com", "b.com"))),
    (frames.domain_info("a.com"), InfoDomain("a.com", "all", None)),
    (frames.domain_info("a.com", hosts="sub", pw="x"), InfoDomain("a.com", "sub", "x")),
    (
        frames.domain_create(
            "a.com",
            period=(2, "y"),
            ns=("ns1.a.com",),
            registrant="con-1",
            contacts=(("con-2", "tech"),),
        ),
        CreateDomain(
            "a.com",
            Period(2, "y"),
            ("ns1.a.com",),
            "con-1",
            (DomainContact("con-2", "tech"),),
            "2fooBAR",
        ),
    ),
    (frames.domain_create("a.com", pw=""), CreateDomain("a.com", None, (), None, (), "")),
    (
        frames.domain_renew("a.com", "2027-02-28", (12, "m")),
        RenewDomain("a.com", date(2027, 2, 28), Period(12, "m")),
    ),
    (
        frames.domain_renew("a.com", "2027-02-28Z"),
        RenewDomain("a.com", date(2027, 2, 28), None),
    ),
    (frames.domain_delete("a.com"), DeleteDomain("a.com")),
    *(
        (frames.domain_transfer(operation, "a.com"), TransferDomain("a.com", operation, None, None))
        for operation in ("query", "approve", "reject", "cancel")
    ),
    (
        frames.domain_transfer("request", "a.com", pw="x", period=(1, "y")),
        TransferDomain("a.com", "request", Period(1, "y"), "x"),
    ),
    (frames.domain_update("a.com"), UpdateDomain("a.com", None, None)),
    (
        frames.domain_update(
            "a.com",
            add=frames.ns_block("ns1.a.com")
            + frames.contact_block(("con-1", "admin"))
            + frames.domain_status("clientHold"),
            rem=frames.domain_status("serverHold"),
            chg="<domain:registrant>con-2</domain:registrant>" + frames.domain_secret("x"),
        ),
        UpdateDomain(
            "a.com",
            DomainParts(("ns1.a.com",), (DomainContact("con-1", "admin"),), ("clientHold",)),
            DomainParts(statuses=("serverHold",)),
            "con-2",
            "x",
        ),
    ),
    (
        frames.domain_update("a.com", chg="<domain:registrant/>" + frames.domain_secret(None)),
        UpdateDomain("a.com", None, None, "", ""),
    ),
    (frames.host_check("ns1.a.com"), CheckHosts(("ns1.a.com",))),
    (frames.host_info("ns1.a.com"), InfoHost("ns1.a.com")),
    (
        frames.host_create("ns1.a.com", "192.0.2.1", "2001:db8::1"),
        CreateHost("ns1.a.com", (Address("192.0.2.1", "v4"), Address("2001:db8::1", "v6"))),
    ),
    (frames.host_delete("ns1.a.com"), DeleteHost("ns1.a.com")),
    (
        frames.host_update(
            "ns1.a.com",
            add=frames.host_addresses("192.0.2.1"),
            rem=frames.host_status("clientUpdateProhibited"),
            new_name="ns2.a.com",
        ),
        UpdateHost(
            "ns1.a.com",
            HostParts((Address("192.0.2.1"),)),
            HostParts(statuses=("clientUpdateProhibited",)),
            "ns2.a.com",
        ),
    ),
    (frames.contact_check("con-1", "con-2"), CheckContacts(("con-1", "con-2"))),
    (frames.contact_info("con-1", pw="x"), InfoContact("con-1", "x")),
    (
        frames.contact_create(
            "con-1",
            voice='<contact:voice x="12">+1.7035555555</contact:voice><contact:fax/>',
            disclose='<contact:disclose flag="true"><contact:addr type="loc"/><contact:fax/>'
            "</contact:disclose>",
        ),
        CreateContact(
            "con-1",
            (ADA,),
            Phone("+1.7035555555", "12"),
            Phone(""),
            "ada@example.com",
            "2fooBAR",
            Disclosure(shown=True, items=(DisclosedItem("addr", "loc"), DisclosedItem("fax"))),
        ),
    ),
    (frames.contact_delete("con-1"), DeleteContact("con-1")),
]


@pytest.mark.parametrize(("xml", "command"), READABLE)
def test_every_command_is_read_into_its_value(xml: bytes, command: Command) -> None:
    assert_valid(xml)
    trid = None if isinstance(command, Hello) else "TEST-0001"
    assert read_request(xml) == Request(command, trid)


def test_the_readable_commands_above_are_all_there_are() -> None:
    assert {command.label for _, command in READABLE} == set(COMMAND_LABELS)


def test_a_request_has_the_label_and_the_subject_of_its_command() -> None:
    request = read_request(frames.domain_check("a.com", "b.com"))
    assert (request.label, request.subject) == ("domain:check", "a.com b.com")
    garbage = read_request(b"garbage")
    assert (garbage.label, garbage.subject) == ("unreadable", "")


def test_no_secret_is_in_the_repr_of_a_command() -> None:
    secret = "s3cretive-word"
    for xml in (
        frames.login("reg-a", secret, new=secret),
        frames.domain_create("a.com", pw=secret),
        frames.domain_info("a.com", pw=secret),
        frames.domain_transfer("request", "a.com", pw=secret),
        frames.domain_update("a.com", chg=frames.domain_secret(secret)),
        frames.contact_create("con-1", pw=secret),
        frames.contact_info("con-1", pw=secret),
    ):
        assert secret not in repr(read_request(xml))


def test_prefixes_and_layout_are_the_clients_choice() -> None:
    xml = f"""<?xml version="1.0"?>
        <!-- from afar --><e:epp xmlns:e="{frames.EPP}">
          <e:command>
            <e:check> <check xmlns="{frames.DOMAIN}"> <name>
              a.com </name><?pause?> </check> </e:check>
            <e:clTRID>  TEST   7 </e:clTRID>
          </e:command>
        </e:epp>""".encode()
    assert_valid(xml)
    assert read_request(xml) == Request(CheckDomains(("a.com",)), "TEST 7")


def problem_of(xml: bytes) -> Problem:
    unreadable = read_request(xml)
    assert isinstance(unreadable, Unreadable)
    return unreadable.problem


def changed(xml: bytes, old: str, new: str) -> bytes:
    assert old.encode() in xml
    return xml.replace(old.encode(), new.encode())


CREATE = frames.domain_create("a.com", period=(1, "y"), ns=("ns1.a.com",))
LOGIN = frames.login("reg-a", "secret-a")
SECRET = "<domain:authInfo><domain:pw>2fooBAR</domain:pw></domain:authInfo>"


@pytest.mark.parametrize(
    ("xml", "code"),
    [
        (b"", 2001),
        (b"\xff\xfe\x00", 2001),
        (b"<epp", 2001),
        (b"<epp/>", 2001),
        (b"<?xml version='1.0' encoding='klingon'?><epp/>", 2001),
        (frames.epp(""), 2003),
        (frames.epp("<greeting/>"), 2001),
        (frames.epp("<hello/><hello/>"), 2001),
        (frames.epp('<hello xmlns="urn:x"/>'), 2001),
        (frames.epp('<extension><a xmlns="urn:x"/></extension>'), 2103),
        (frames.epp("<command/>"), 2003),
        (b"<!DOCTYPE epp>" + frames.hello().partition(b"?>")[2], 2001),
        (frames.command("<fly/>"), 2000),
        (frames.command('<check xmlns="urn:x"/>'), 2000),
        (frames.command("<check/>"), 2003),
        (frames.command('<check><a xmlns="urn:x"/></check>'), 2307),
        (frames.command("<check><a/></check>"), 2307),
        (frames.command('<logout/><extension><a xmlns="urn:x"/></extension>'), 2103),
        (frames.command("<logout/><extension/>"), 2003),
        (frames.command("<logout/><logout/>"), 2001),
        (frames.command("<logout/>", "ab"), 2005),
        (frames.command("<logout/>", "a" * 65), 2005),
        (changed(frames.domain_check("a.com"), "domain:check", "domain:info"), 2001),
        (changed(frames.contact_delete("con-1"), "delete", "renew"), 2101),
        (changed(frames.domain_transfer("query", "a.com"), "domain-1.0", "host-1.0"), 2101),
        (changed(frames.domain_transfer("query", "a.com"), ' op="query"', ""), 2003),
        (frames.domain_transfer("steal", "a.com"), 2005),
        (frames.command("<poll/>"), 2003),
        (frames.command('<poll op="ack"/>'), 2003),
        (frames.command('<poll op="peek"/>'), 2005),
        (frames.command('<poll op="req"><a/></poll>'), 2001),
        (frames.login("ab", "secret-a"), 2005),
        (frames.login("reg-a", "short"), 2005),
        (frames.login("reg-a", "secret-a", new="s" * 17), 2005),
        (frames.login("reg-a", "secret-a", uris=()), 2003),
        (changed(LOGIN, "<pw>secret-a</pw>", ""), 2003),
        (changed(LOGIN, "<lang>en</lang>", ""), 2003),
        (changed(LOGIN, "<clID>reg-a</clID>", "<clID><b/></clID>"), 2001),
        (frames.domain_check(), 2003),
        (frames.domain_check("a" * 256), 2005),
        (frames.domain_check(""), 2005),
        (changed(frames.domain_info("a.com"), "<domain:name>", '<domain:name hosts="x">'), 2005),
        (changed(CREATE, SECRET, ""), 2003),
        (changed(CREATE, "domain:pw", "domain:word"), 2003),
        (changed(CREATE, "<domain:pw>", '<domain:pw roid="D1-X">'), 2102),
        (changed(CREATE, "domain:pw", "domain:ext"), 2102),
        (changed(CREATE, ' unit="y"', ""), 2003),
        (changed(CREATE, 'unit="y"', 'unit="d"'), 2005),
        (changed(CREATE, ">1</domain:period>", ">0</domain:period>"), 2004),
        (changed(CREATE, ">1</domain:period>", ">100</domain:period>"), 2004),
        (changed(CREATE, ">1</domain:period>", ">one</domain:period>"), 2005),
        (changed(CREATE, ">1</domain:period>", ">-1</domain:period>"), 2005),
        (changed(CREATE, "hostObj", "hostAttr"), 2102),
        (changed(CREATE, "hostObj", "hostObject"), 2003),
        (changed(CREATE, SECRET, SECRET + SECRET), 2001),
        (changed(CREATE, "<domain:ns>", f"{SECRET}<domain:ns>"), 2001),
        (frames.domain_create("a.com", registrant="ab"), 2005),
        (frames.domain_create("a.com", contacts=(("con-1", "owner"),)), 2005),
        (frames.domain_renew("a.com", "tomorrow"), 2005),
        (frames.domain_renew("a.com", "2027-02-29"), 2005),
        (frames.domain_renew("a.com", "20270228"), 2005),
        (frames.domain_update("a.com", add=frames.domain_status("clientSleep")), 2005),
        (frames.host_create("ns1.a.com", "1"), 2005),
        (changed(frames.host_create("a.com", "192.0.2.1"), 'ip="v4"', 'ip="v5"'), 2005),
        (frames.contact_create("con-1", voice="<contact:voice>555</contact:voice>"), 2005),
        (frames.contact_create("con-1", email=""), 2005),
        (frames.contact_create("con-1", postal="<contact:fax/>" + frames.postal_info()), 2001),
        (frames.contact_create("con-1", postal=""), 2003),
        (frames.contact_create("con-1", postal=frames.postal_info(country="USA")), 2005),
        (frames.contact_create("con-1", postal=frames.postal_info("both")), 2005),
        (
            frames.contact_create(
                "con-1", disclose='<contact:disclose flag="maybe"></contact:disclose>'
            ),
            2005,
        ),
    ],
)
def test_what_cannot_be_read_has_the_code_of_its_fault(xml: bytes, code: int) -> None:
    assert problem_of(xml).code == code


def test_a_broken_command_is_still_answered_with_its_transaction_id() -> None:
    unreadable = read_request(frames.command("<fly/>", "MINE-9"))
    assert unreadable.client_transaction_id == "MINE-9"


def test_a_problem_names_the_element_and_the_value() -> None:
    problem = problem_of(changed(CREATE, ">1</domain:period>", ">12x</domain:period>"))
    assert problem.code is ResultCode.VALUE_SYNTAX
    assert problem.reason == "not a whole number"
    assert problem.culprit is not None
    assert (problem.culprit.name, problem.culprit.text) == ("period", "12x")


def test_a_problem_never_repeats_a_secret() -> None:
    problem = problem_of(frames.login("reg-a", "an-overlong-secret-word"))
    assert "overlong" not in repr(problem)


@pytest.mark.parametrize(
    "subset",
    [
        '<!ENTITY a "boom">',
        '<!ENTITY a SYSTEM "file:///etc/passwd">',
        '<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">',
    ],
)
def test_entities_are_never_resolved(subset: str) -> None:
    xml = changed(frames.domain_check("&a;"), "<epp", f"<!DOCTYPE epp [{subset}]><epp")
    assert problem_of(xml).reason == "a document type declaration is not allowed"


def test_an_undeclared_entity_is_no_xml() -> None:
    assert problem_of(frames.domain_check("&a;")).code == 2001


@given(st.binary(max_size=200))
def test_any_octets_are_a_request_or_unreadable(octets: bytes) -> None:
    assert isinstance(read_request(octets), Unreadable)


@given(st.sampled_from([xml for xml, _ in READABLE]), st.data())
def test_a_damaged_command_is_a_request_or_unreadable(xml: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(xml)))
    until = data.draw(st.integers(at, min(at + 30, len(xml))))
    damaged = xml[:at] + data.draw(st.binary(max_size=10)) + xml[until:]
    assert isinstance(read_request(damaged), Request | Unreadable)
