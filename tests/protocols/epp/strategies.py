"""Hypothesis strategies for everything the engine may be asked to send."""

from datetime import date

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

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
    Disclosure,
    DomainContact,
    Hello,
    HostAttribute,
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
from protocols.epp.contact_commands import PostalKind

_XML_CHARACTERS = st.characters(
    codec="utf-8", exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"
)


def tokens(shortest: int, longest: int) -> SearchStrategy[str]:
    """Texts of XML characters without white space at the ends, as xs:token counts them."""
    return st.text(_XML_CHARACTERS, min_size=shortest, max_size=longest).filter(
        lambda text: (
            len(" ".join(text.split(" "))) == len(text)
            and text == text.strip(" ")
            and "  " not in text
        )
    )


labels = tokens(1, 80)
identifiers = tokens(3, 16)
secrets = tokens(0, 30)
transaction_ids = tokens(3, 64)
addresses = st.one_of(
    st.ip_addresses(v=4).map(str),
    st.ip_addresses(v=6).map(str).filter(lambda address: address != "::"),  # below minLength
)
years = st.none() | st.integers(1, 99)
statuses = st.lists(
    st.sampled_from(["clientHold", "clientDeleteProhibited", "clientTransferProhibited"]),
    max_size=3,
).map(tuple)
kinds: SearchStrategy[tuple[PostalKind, ...]] = st.sampled_from(
    [(), ("int",), ("loc",), ("int", "loc")]
)
telephones = st.none() | st.from_regex(r"\+[0-9]{1,3}\.[0-9]{1,12}(x[0-9]{1,4})?", fullmatch=True)

host_attributes = st.builds(
    HostAttribute, name=labels, addresses=st.lists(addresses, max_size=2).map(tuple)
)
nameservers = st.one_of(
    st.lists(labels, max_size=3).map(tuple), st.lists(host_attributes, max_size=3).map(tuple)
)
domain_contacts = st.lists(
    st.builds(DomainContact, role=st.sampled_from(["admin", "billing", "tech"]), id=identifiers),
    max_size=3,
).map(tuple)
postal_infos = st.builds(
    PostalInfo,
    kind=st.sampled_from(["int", "loc"]),
    name=tokens(1, 40),
    organisation=st.none() | tokens(0, 40),
    street=st.lists(tokens(0, 40), max_size=3).map(tuple),
    city=tokens(1, 40),
    province=st.none() | tokens(0, 40),
    postal_code=st.none() | tokens(0, 16),
    country=st.sampled_from(["CH", "DE", "US"]),
)
disclosures = st.builds(
    Disclosure,
    allowed=st.booleans(),
    names=kinds,
    organisations=kinds,
    addresses=kinds,
    voice=st.booleans(),
    fax=st.booleans(),
    email=st.booleans(),
)

session_commands: SearchStrategy[Command] = st.one_of(
    st.just(Hello()),
    st.just(Logout()),
    st.just(PollRequest()),
    st.builds(PollAcknowledge, message_id=tokens(1, 30)),
    st.builds(
        Login,
        client_id=identifiers,
        password=tokens(6, 16),
        new_password=st.none() | tokens(6, 16),
        objects=st.just(("urn:ietf:params:xml:ns:domain-1.0",)),
        extensions=st.sampled_from([(), ("urn:ietf:params:xml:ns:rgp-1.0",)]),
    ),
)
domain_commands: SearchStrategy[Command] = st.one_of(
    st.builds(CheckDomains, names=st.lists(labels, min_size=1, max_size=5).map(tuple)),
    st.builds(
        InfoDomain,
        name=labels,
        hosts=st.sampled_from(["all", "del", "sub", "none"]),
        auth_info=st.none() | secrets,
    ),
    st.builds(
        CreateDomain,
        name=labels,
        years=years,
        nameservers=nameservers,
        registrant=st.none() | identifiers,
        contacts=domain_contacts,
        auth_info=secrets,
    ),
    st.builds(
        RenewDomain,
        name=labels,
        current_expiry=st.dates(min_value=date(1, 1, 1)),
        years=years,
    ),
    st.builds(DeleteDomain, name=labels),
    st.builds(
        UpdateDomain,
        name=labels,
        add_nameservers=nameservers,
        remove_nameservers=nameservers,
        add_statuses=statuses,
        remove_statuses=statuses,
        add_contacts=domain_contacts,
        remove_contacts=domain_contacts,
        new_registrant=st.none() | st.just("") | identifiers,
        new_auth_info=st.none() | secrets,
    ),
    st.builds(
        TransferDomain,
        name=labels,
        operation=st.sampled_from(["query", "request", "approve", "reject", "cancel"]),
        years=years,
        auth_info=st.none() | secrets,
    ),
)
host_commands: SearchStrategy[Command] = st.one_of(
    st.builds(CheckHosts, names=st.lists(labels, min_size=1, max_size=5).map(tuple)),
    st.builds(InfoHost, name=labels),
    st.builds(CreateHost, name=labels, addresses=st.lists(addresses, max_size=3).map(tuple)),
    st.builds(DeleteHost, name=labels),
)
contact_commands: SearchStrategy[Command] = st.one_of(
    st.builds(CheckContacts, ids=st.lists(identifiers, min_size=1, max_size=5).map(tuple)),
    st.builds(InfoContact, id=identifiers, auth_info=st.none() | secrets),
    st.builds(
        CreateContact,
        id=identifiers,
        postal_infos=st.lists(postal_infos, min_size=1, max_size=2).map(tuple),
        voice=telephones,
        fax=telephones,
        email=tokens(1, 40),
        auth_info=secrets,
        disclosure=st.none() | disclosures,
    ),
    st.builds(DeleteContact, id=identifiers),
)
commands = session_commands | domain_commands | host_commands | contact_commands
