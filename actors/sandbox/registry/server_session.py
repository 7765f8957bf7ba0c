"""One connection's session without the connection: octets in, actions out.

    octets ──> frames ──> request ──> faults? ──> registry ──> answer ──> faults ──> actions

The holder of the connection does the actions in their order and one after the other. `Persist`
comes before the answer that tells of the changes, also when a fault keeps the answer back. Since
the registry has the changes in memory at once, the holders of all connections must hand them to the
repository in the order in which `receive_data` returned them.
"""

from actors.sandbox.registry.answer import Answer
from actors.sandbox.registry.fault import GREETING, Fault
from actors.sandbox.registry.fault_effect import apply_faults, prevents_reading, result_instead
from actors.sandbox.registry.fault_plan import FaultPlan
from actors.sandbox.registry.registry import PracticeRegistry
from actors.sandbox.registry.schema_check import SchemaCheck
from actors.sandbox.registry.session_action import (
    Abort,
    AnswerInvalid,
    Close,
    FrameRefused,
    GoSilent,
    Handled,
    Persist,
    SessionAction,
)
from protocols.epp.framing import (
    MAX_FRAME_BYTES,
    Deframer,
    FrameTooLarge,
    FrameTooShort,
    encode_frame,
)
from protocols.epp_server import Problem, Request, ResultCode, Unreadable, read_request


class InvalidAnswerError(Exception):
    """The registry wrote what the schemas forbid: what `AnswerInvalid` is raised as."""


class ServerSession:
    """Answers one client; `connected` first, `lost` last."""

    def __init__(
        self,
        registry: PracticeRegistry,
        plan: FaultPlan,
        *,
        schema: SchemaCheck | None = None,
        limit_bytes: int = MAX_FRAME_BYTES,
    ) -> None:
        self._registry = registry
        self._plan = plan
        self._schema = schema
        self._deframer = Deframer(limit_bytes=limit_bytes)
        self._session = registry.open_session()
        self._commands = 0
        self._over = False

    @property
    def client_id(self) -> str | None:
        """The account that is logged in."""
        return self._session.client_id

    @property
    def commands(self) -> int:
        """How many data units were received."""
        return self._commands

    @property
    def over(self) -> bool:
        """Whether nothing more will be said here."""
        return self._over

    def connected(self) -> tuple[SessionAction, ...]:
        """Speak first: the greeting (RFC 5734 section 2)."""
        faults = self._plan.faults_for(GREETING)
        return self._ending(apply_faults(encode_frame(self._registry.greeting()), faults))

    def receive_data(self, data: bytes) -> tuple[SessionAction, ...]:
        """Take what was read; octets behind the end of the session are not looked at."""
        if self._over:
            return ()
        actions: list[SessionAction] = []
        try:
            documents = self._deframer.feed(data)
        except (FrameTooLarge, FrameTooShort) as error:
            return self._ending((FrameRefused(str(error)), Close()))
        for xml in documents:
            actions += self._answer_one(xml)
        if self._deframer.fault is not None:
            actions += self._ending((FrameRefused(str(self._deframer.fault)), Close()))
        return tuple(actions)

    def lost(self) -> None:
        """Take note that the connection is gone; the session counts no more."""
        self._over = True
        self._registry.close_session(self._session)

    def _answer_one(self, xml: bytes) -> tuple[SessionAction, ...]:
        if self._over:
            return ()
        self._commands += 1
        client_id = self._session.client_id
        request = self._read(xml)
        faults = self._plan.faults_for(request.label, commands=self._commands)
        if prevents_reading(faults):
            return self._ending((GoSilent(),))
        answer = self._decide(request, faults)
        handled = Handled(
            answer.request_label,
            answer.object_name,
            answer.code,
            client_id or self._session.client_id,
        )
        persist = (Persist(answer.changes),) if answer.changes else ()
        problem = None if self._schema is None else self._schema.problem(answer.xml)
        if problem is not None:
            return self._ending((*persist, AnswerInvalid(problem)))
        on_the_wire = apply_faults(encode_frame(answer.xml), faults)
        closing = (Close(),) if answer.closes else ()
        return self._ending((*persist, handled, *on_the_wire, *closing))

    def _decide(self, request: Request | Unreadable, faults: tuple[Fault, ...]) -> Answer:
        instead = result_instead(faults)
        if instead is None:
            return self._registry.execute(self._session, request)
        return self._registry.refuse(self._session, request, ResultCode(instead))

    def _read(self, xml: bytes) -> Request | Unreadable:
        request = read_request(xml)
        if self._schema is None or isinstance(request, Unreadable):
            return request
        problem = self._schema.problem(xml)
        if problem is None:
            return request
        return Unreadable(
            Problem(ResultCode.SYNTAX, "not valid against the schemas"),
            request.client_transaction_id,
        )

    def _ending(self, actions: tuple[SessionAction, ...]) -> tuple[SessionAction, ...]:
        """Cut the row behind the first action that ends the connection, and remember the end."""
        if self._over:
            return ()
        for position, action in enumerate(actions):
            if isinstance(action, Close | Abort | GoSilent | AnswerInvalid):
                self._over = True
                return actions[: position + 1]
        return actions
