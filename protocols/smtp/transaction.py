"""The sending of one mail: MAIL, RCPT for each recipient, DATA, the mail, the final dot.

Theory of operation. The commands go out in one piece where the server allows it, else one after
the reply to the other; the replies come in the order of the commands. Each recipient is decided
once, by the first reply that decides it:

| reply to | 2xx                                | 4xx, 5xx                               |
|----------|------------------------------------|----------------------------------------|
| RSET     | go on                              | decides all                            |
| MAIL     | go on                              | decides all                            |
| RCPT     | the recipient stays                | decides this one                       |
| DATA     | (354) send the mail and the dot    | decides all who stay                   |
| the dot  | decides all who stay: Accepted     | decides all who stay                   |

A server that pipelines may say 354 though no recipient stays: it then gets the dot alone (RFC 2920
section 3.1). A 421 anywhere decides all who stay, and is the server's last reply.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from protocols.smtp.capabilities import Capabilities
from protocols.smtp.errors import UnexpectedReply
from protocols.smtp.mail import Mail, encode_data, mail_command, recipient_commands
from protocols.smtp.outcomes import Accepted, NotSent, RecipientOutcome, Unknown, refusal_of
from protocols.smtp.reply import Reply

_CLOSING: Final = 421


_Stage: TypeAlias = Literal["reset", "mail", "recipient", "data", "dot"]

_GOOD: Final[Mapping[_Stage, frozenset[int]]] = {
    "reset": frozenset({250}),
    "mail": frozenset({250}),
    "recipient": frozenset({250, 251}),
    "data": frozenset({354}),
    "dot": frozenset({250}),
}
"""RFC 5321 section 4.3.2; another code below 400 says that we do not understand each other."""


@dataclass(frozen=True, slots=True)
class RecipientResult:
    """One recipient of a mail and what became of it there."""

    recipient: str = field(repr=False)
    outcome: RecipientOutcome


class Transaction:
    """Sends one mail over a session that is idle."""

    def __init__(self, mail: Mail, capabilities: Capabilities, *, reset_first: bool) -> None:
        """Raises a LocalProtocolError when the mail cannot be sent to this server."""
        self._unsent: deque[tuple[_Stage, bytes]] = deque()
        if reset_first:
            self._unsent.append(("reset", b"RSET\r\n"))
        self._unsent.append(("mail", mail_command(mail, capabilities)))
        self._unsent.extend([("recipient", command) for command in recipient_commands(mail)])
        self._unsent.append(("data", b"DATA\r\n"))
        self.mail = mail
        self._pipelined = capabilities.pipelining
        self._awaiting: deque[_Stage] = deque()
        self._outcomes: list[RecipientOutcome | None] = [None] * len(mail.recipients)
        self._asked = 0
        self._some_stay = False
        self._open = reset_first
        self._dot_written = False

    @property
    def finished(self) -> bool:
        """Whether every recipient is decided and no reply is outstanding."""
        return not self._awaiting and not self._unsent

    @property
    def needs_reset(self) -> bool:
        """Whether the server still holds this mail's sender, so that the next begins with RSET."""
        return self._open

    @property
    def dot_written(self) -> bool:
        """Whether the final dot is among the octets that were given out."""
        return self._dot_written

    def start(self) -> bytes:
        """The first octets to write."""
        return self._next_octets()

    def receive(self, reply: Reply) -> bytes:
        """Take the next reply; return the octets to write now, which may be none.

        Raises UnexpectedReply when its code has no place here.
        """
        stage = self._awaiting.popleft()
        if reply.code == _CLOSING:
            self._decide_rest(refusal_of(reply))
            self._awaiting.clear()
            self._unsent.clear()
            return b""
        octets = self._take(stage, reply)
        if octets or self._pipelined:
            return octets
        if None not in self._outcomes:
            self._unsent.clear()
        return self._next_octets()

    def give_up(self, reason: str, *, dot_left: bool) -> None:
        """Decide the rest: the link is gone. `dot_left`: the final dot was given out to write."""
        self._decide_rest(Unknown(reason) if dot_left else NotSent(reason))

    def results(self) -> tuple[RecipientResult, ...]:
        """What became of the mail, in the order of its recipients; all are decided by now."""
        return tuple(
            RecipientResult(recipient, outcome)
            for recipient, outcome in zip(self.mail.recipients, self._outcomes, strict=True)
            if outcome is not None
        )

    def _take(self, stage: _Stage, reply: Reply) -> bytes:
        good = reply.code in _GOOD[stage]
        if not good and reply.code < 400:
            raise UnexpectedReply(code=reply.code, state=f"sending ({stage})")
        match stage:
            case "reset" | "mail":
                if good:
                    self._open = stage == "mail"
                else:
                    self._decide_rest(refusal_of(reply))
            case "recipient":
                self._take_recipient(reply, good=good)
            case "data":
                return self._take_data(reply, good=good)
            case "dot":
                self._open = False
                self._decide_rest(Accepted(reply) if good else refusal_of(reply))
        return b""

    def _take_recipient(self, reply: Reply, *, good: bool) -> None:
        index = self._asked
        self._asked += 1
        if good:
            self._some_stay = True
        elif self._outcomes[index] is None:
            self._outcomes[index] = refusal_of(reply)

    def _take_data(self, reply: Reply, *, good: bool) -> bytes:
        if not good:
            self._decide_rest(refusal_of(reply))
            return b""
        self._awaiting.append("dot")
        if None in self._outcomes:
            self._dot_written = True
            return encode_data(self.mail.data)
        if self._some_stay:  # the sender was refused, yet it would take a mail: an empty one
            raise UnexpectedReply(code=reply.code, state="sending (data)")
        return b".\r\n"

    def _decide_rest(self, outcome: RecipientOutcome) -> None:
        self._outcomes = [known or outcome for known in self._outcomes]

    def _next_octets(self) -> bytes:
        if not self._unsent:
            return b""
        if not self._pipelined:
            stage, octets = self._unsent.popleft()
            self._awaiting.append(stage)
            return octets
        self._awaiting.extend(stage for stage, _ in self._unsent)
        octets = b"".join([octets for _, octets in self._unsent])
        self._unsent.clear()
        return octets
