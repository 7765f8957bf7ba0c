"""A server of SMTP for tests: reads lines by itself and answers as its script says.

It shares nothing with the room under test: what it understood of a mail is its own reading.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from protocols.smtp import Event, SmtpSession

EXTENSIONS = ("PIPELINING", "SIZE 1000000", "8BITMIME", "ENHANCEDSTATUSCODES", "SMTPUTF8")
GREETING = b"220 mx.example ESMTP\r\n"


@dataclass
class Received:
    sender: str
    recipients: list[str]
    lines: list[bytes]


@dataclass
class Peer:
    """`answers` replaces the answer to a command, by its beginning; "." is the final dot."""

    answers: Mapping[str, bytes] = field(default_factory=dict[str, bytes])
    extensions: tuple[str, ...] = EXTENSIONS
    commands: list[str] = field(default_factory=list[str])
    received: list[Received] = field(default_factory=list[Received])
    sender: str | None = None
    recipients: list[str] = field(default_factory=list[str])
    lines: list[bytes] | None = None
    rest: bytes = b""

    def feed(self, octets: bytes) -> bytes:
        """What the server writes when it reads these octets."""
        self.rest += octets
        answer = b""
        while b"\r\n" in self.rest and b"421" not in answer[-60:]:  # then it closes
            line, self.rest = self.rest.split(b"\r\n", 1)
            answer += self.data_line(line) if self.lines is not None else self.command(line)
        return answer

    def command(self, line: bytes) -> bytes:
        text = line.decode()
        self.commands.append(text)
        word = text.upper()
        for beginning, scripted in self.answers.items():
            if word.startswith(beginning.upper()) and beginning != ".":
                self.after(word, text, scripted)
                return scripted
        answer = self.usual(word)
        self.after(word, text, answer)
        return answer

    def usual(self, word: str) -> bytes:
        if word.startswith("EHLO"):
            names = ["mx.example", *self.extensions]
            lines = [f"250-{name}\r\n" for name in names[:-1]] + [f"250 {names[-1]}\r\n"]
            return "".join(lines).encode()
        if word.startswith("MAIL") and self.sender is not None:
            return b"503 5.5.1 nested MAIL\r\n"
        if word.startswith("RCPT") and self.sender is None:
            return b"503 5.5.1 no MAIL\r\n"
        if word == "DATA":
            return b"354 go on\r\n" if self.recipients else b"554 5.5.1 no valid recipients\r\n"
        if word == "QUIT":
            return b"221 2.0.0 bye\r\n"
        if word == "STARTTLS":
            return b"220 2.0.0 go on\r\n"
        if word.startswith("AUTH"):
            return b"235 2.7.0 welcome\r\n"
        return b"250 2.0.0 ok\r\n"

    def after(self, word: str, text: str, answer: bytes) -> None:
        if not answer.startswith((b"250", b"251", b"354")):
            return
        if word.startswith("MAIL"):
            self.sender = text[len("MAIL FROM:<") : text.index(">")]
        elif word.startswith("RCPT"):
            self.recipients.append(text[len("RCPT TO:<") : text.rindex(">")])
        elif word == "RSET":
            self.sender, self.recipients = None, []
        elif word == "DATA":
            self.lines = []

    def data_line(self, line: bytes) -> bytes:
        assert self.lines is not None
        if line != b".":
            self.lines.append(line[1:] if line.startswith(b".") else line)
            return b""
        answer = self.answers.get(".", b"250 2.0.0 queued as 1\r\n")
        if answer.startswith(b"250"):
            self.received.append(Received(self.sender or "", self.recipients, self.lines))
        self.sender, self.recipients, self.lines = None, [], None
        return answer


def run(session: SmtpSession, peer: Peer) -> list[Event]:
    """Carry octets to and fro until both are silent."""
    events: list[Event] = []
    while octets := session.take_output():
        answer = peer.feed(octets)
        events += session.receive(answer) if answer else []
    return events


def greeted(**options: bool) -> SmtpSession:
    session = SmtpSession("client.example", **options)
    session.receive(GREETING)
    return session


def idle(peer: Peer, *, make: Callable[[], SmtpSession] = greeted) -> SmtpSession:
    """A session that has said EHLO to `peer`."""
    session = make()
    session.hello()
    run(session, peer)
    return session
