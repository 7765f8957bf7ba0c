"""The registry's whole memory: its tables, and the ways in which their records refer to others."""

from collections.abc import Iterable, Mapping

from actors.sandbox.registry.record import (
    AccountRecord,
    ContactRecord,
    CounterRecord,
    DomainRecord,
    HostRecord,
    MessageRecord,
)
from actors.sandbox.registry.table import Change, Index, RecordKind, StoredTable, Table

_PENDING = "pending"


class State:
    """All tables, committed and rolled back together."""

    def __init__(self) -> None:
        self._by_nameserver = Index[DomainRecord](lambda domain: domain.nameservers)
        self._by_contact = Index[DomainRecord](lambda domain: domain.contact_ids)
        self._by_transfer = Index[DomainRecord](
            lambda domain: () if domain.pending_transfer is None else (_PENDING,)
        )
        self._by_superordinate = Index[HostRecord](
            lambda host: () if host.superordinate is None else (host.superordinate,)
        )
        self._by_account = Index[MessageRecord](lambda message: (message.client_id,))
        self.domains = Table(
            "domain", DomainRecord, self._by_nameserver, self._by_contact, self._by_transfer
        )
        self.hosts = Table("host", HostRecord, self._by_superordinate)
        self.contacts = Table("contact", ContactRecord)
        self.messages = Table("message", MessageRecord, self._by_account)
        self.accounts = Table("account", AccountRecord)
        self._counters = Table("counter", CounterRecord)
        self._tables: Mapping[RecordKind, StoredTable] = {
            "domain": self.domains,
            "host": self.hosts,
            "contact": self.contacts,
            "message": self.messages,
            "account": self.accounts,
            "counter": self._counters,
        }

    def domains_served_by(self, host: str) -> tuple[DomainRecord, ...]:
        """The domains that have this host as a name server."""
        return self.domains.many(self._by_nameserver.keys(host))

    def domains_of_contact(self, contact_id: str) -> tuple[DomainRecord, ...]:
        """The domains that refer to this contact."""
        return self.domains.many(self._by_contact.keys(contact_id))

    def domains_in_transfer(self) -> tuple[DomainRecord, ...]:
        """The domains whose transfer waits for an answer."""
        return self.domains.many(self._by_transfer.keys(_PENDING))

    def hosts_below(self, domain: str) -> tuple[HostRecord, ...]:
        """The hosts whose superordinate this domain is, by name."""
        return self.hosts.many(sorted(self._by_superordinate.keys(domain)))

    def messages_for(self, client_id: str) -> tuple[MessageRecord, ...]:
        """The messages that wait for this account, oldest first."""
        return self.messages.many(sorted(self._by_account.keys(client_id), key=int))

    def next_number(self, counter: str) -> int:
        """Give out the counter's next number, from 1."""
        record = self._counters.get(counter)
        number = 1 if record is None else record.last + 1
        self._counters.put(counter, CounterRecord(counter, number))
        return number

    def commit(self) -> tuple[Change, ...]:
        """Make all staged edits true and return them for storing."""
        return tuple(change for table in self._tables.values() for change in table.commit())

    def rollback(self) -> None:
        """Forget all staged edits."""
        for table in self._tables.values():
            table.rollback()

    def restore(self, changes: Iterable[Change]) -> None:
        """Apply stored changes, in the order in which they were made."""
        for change in changes:
            self._tables[change.kind].restore(change)

    def snapshot(self) -> tuple[Change, ...]:
        """Every record as the change that would make it."""
        return tuple(change for table in self._tables.values() for change in table.snapshot())
