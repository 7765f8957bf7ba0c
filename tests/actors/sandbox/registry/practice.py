"""A practice registry with a clock in hand, and clients that hold all they see to the schemas."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Final

from lxml import etree

from actors.sandbox.registry import (
    Account,
    Change,
    FaultPlan,
    Persist,
    PracticeRegistry,
    ProfileName,
    RegistrySettings,
    Send,
    ServerSession,
    SessionAction,
)
from protocols.epp.framing import Deframer, encode_frame
from tests.protocols.epp_server import frames
from tests.protocols.epp_server.published import assert_valid

START: Final = datetime(2026, 11, 22, 12, 30, 15, 250_000, tzinfo=UTC)
ACCOUNTS: Final = (
    Account("reg-a", "secret-a"),
    Account("reg-b", "secret-b"),
    Account("reg-c", "secret-c"),
)
NAMESPACES: Final = {
    "epp": frames.EPP,
    "domain": frames.DOMAIN,
    "host": frames.HOST,
    "contact": frames.CONTACT,
}


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer, and what the session asked to be done with it."""

    code: int
    xml: bytes
    actions: tuple[SessionAction, ...]

    def text(self, path: str) -> str | None:
        """The text at a path such as `domain:exDate`, None where there is no such element."""
        texts = self.texts(path)
        return texts[0] if texts else None

    def texts(self, path: str) -> list[str]:
        """All texts at a path."""
        root = etree.fromstring(self.xml)
        return [found.text or "" for found in root.iterfind(f".//{path}", NAMESPACES)]

    def attributes(self, path: str, name: str) -> list[str | None]:
        """One attribute of all elements at a path."""
        root = etree.fromstring(self.xml)
        return [found.get(name) for found in root.iterfind(f".//{path}", NAMESPACES)]

    @property
    def changes(self) -> tuple[Change, ...]:
        """What was to be stored before the answer."""
        return tuple(
            change
            for action in self.actions
            if isinstance(action, Persist)
            for change in action.changes
        )


class Client:
    """One connection to the registry."""

    def __init__(self, registry: PracticeRegistry, plan: FaultPlan) -> None:
        self.session = ServerSession(registry, plan)
        self.greeting = self.session.connected()

    def act(self, xml: bytes) -> tuple[SessionAction, ...]:
        """Send one data unit, and return what is to be done about it."""
        return self.session.receive_data(encode_frame(xml))

    def ask(self, xml: bytes, *, valid: bool = True) -> Reply:
        """Send one valid data unit and read the answer, which is held to the schemas too."""
        if valid:
            assert_valid(xml)
        return reply_in(self.act(xml))

    def login(self, account: Account, *uris: str) -> "Client":
        """Log in; returns itself."""
        chosen = uris or (frames.DOMAIN, frames.HOST)
        reply = self.ask(frames.login(account.client_id, account.password, uris=chosen))
        assert reply.code == 1000
        return self


class World:
    """A registry that was started for the first time, with its clock and its faults."""

    def __init__(self, profile: ProfileName, *, sessions_per_account: int = 10) -> None:
        self.at = START
        self.settings = RegistrySettings(
            profile,
            ("com", "net") if profile == "thin" else ("org", "co.example"),
            ACCOUNTS,
            sessions_per_account=sessions_per_account,
        )
        self.plan = FaultPlan(Random(7))
        self.registry = self.fresh_registry()
        self.seeded = self.registry.seed()

    def fresh_registry(self) -> PracticeRegistry:
        """Another registry with the same settings, clock and chance, and nothing in it."""
        return PracticeRegistry(self.settings, now=lambda: self.at, random=Random(7))

    def pass_time(self, **span: float) -> None:
        """Let time pass."""
        self.at += timedelta(**span)

    def connect(self) -> Client:
        """A client that is not logged in."""
        return Client(self.registry, self.plan)

    def client(self, number: int = 0) -> Client:
        """A client that is logged in with the account of this number."""
        return self.connect().login(ACCOUNTS[number], *self.settings.object_uris)


def reply_in(actions: tuple[SessionAction, ...]) -> Reply:
    """The one answer among the actions."""
    (xml,) = Deframer().feed(
        b"".join(action.data for action in actions if isinstance(action, Send))
    )
    assert_valid(xml)
    result = etree.fromstring(xml).find(".//epp:result", NAMESPACES)
    code = None if result is None else result.get("code")
    return Reply(0 if code is None else int(code), xml, actions)
