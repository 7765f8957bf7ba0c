"""The message queue of each account (RFC 5730 section 2.9.2.3)."""

from actors.sandbox.registry.caller import Caller
from actors.sandbox.registry.record import MessageRecord
from actors.sandbox.registry.state import State
from protocols.epp_server import QueueNotice, Response, ResultCode, refusal
from protocols.epp_server.domain_answers import DomainTransfer
from protocols.epp_server.session_requests import PollAck


class MessageQueues:
    """Hands out messages, oldest first, and takes them off when they are acknowledged."""

    def __init__(self, state: State) -> None:
        self._state = state

    def request(self, caller: Caller) -> Response:
        """Tell the oldest message, 1301, or that there is none, 1300."""
        waiting = self._state.messages_for(caller.client_id)
        if not waiting:
            return Response(ResultCode.NO_MESSAGES)
        message = waiting[0]
        return Response(
            ResultCode.ACK_TO_DEQUEUE,
            message.transfer,
            QueueNotice(len(waiting), message.message_id, message.queued_at, message.text),
        )

    def acknowledge(self, caller: Caller, command: PollAck) -> Response:
        """Take one message off; 2303 for one that is not in this account's queue."""
        waiting = self._state.messages_for(caller.client_id)
        if all(message.message_id != command.message_id for message in waiting):
            raise refusal(ResultCode.DOES_NOT_EXIST, "no such message in the queue")
        self._state.messages.drop(command.message_id)
        return Response(ResultCode.DONE, queue=QueueNotice(len(waiting) - 1, command.message_id))

    def tell(self, client_id: str, caller: Caller, text: str, transfer: DomainTransfer) -> None:
        """Put a message into an account's queue."""
        message_id = str(self._state.next_number("message"))
        self._state.messages.put(
            message_id, MessageRecord(message_id, client_id, caller.at, text, transfer)
        )
