"""Each error says in one sentence what was wrong, from its fields."""

import pytest

from protocols.ses import (
    ConnectionEnded,
    ConnectionLost,
    InvalidArgument,
    LocalProtocolError,
    MalformedEvent,
    MalformedResponse,
    RemoteProtocolError,
    RequestOutstanding,
    ResponseTooLarge,
    UnexpectedOctets,
    UnknownEventType,
)


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (InvalidArgument(field="to", reason="is empty"), "to is empty"),
        (
            RequestOutstanding(label="GetAccount", outstanding_label="SendEmail"),
            "GetAccount may not be sent before SendEmail is answered",
        ),
        (ConnectionEnded(state="closed"), "the connection is closed"),
    ],
)
def test_our_own_mistakes(error: LocalProtocolError, sentence: str) -> None:
    assert isinstance(error, LocalProtocolError)
    assert str(error) == sentence


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (MalformedResponse(reason="no status line"), "malformed response: no status line"),
        (
            ResponseTooLarge(part="body", limit_bytes=10),
            "the body of the response is above the limit of 10 bytes",
        ),
        (UnexpectedOctets(size_bytes=3), "3 bytes came that answer no request"),
        (ConnectionLost(reason="deadline"), "the connection was lost: deadline"),
        (MalformedEvent(reason="it has no mail"), "malformed event: it has no mail"),
        (UnknownEventType(reason="a"), "malformed event: a"),
    ],
)
def test_the_other_side_s(error: RemoteProtocolError, sentence: str) -> None:
    assert isinstance(error, RemoteProtocolError)
    assert str(error) == sentence
