"""What programs that share the table say to each other."""

import base64
import gzip
import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.oban import MalformedNotification, decode_notification, encode_notification

OBJECTS = st.dictionaries(st.text(), st.integers() | st.text() | st.none() | st.booleans())


def packed(text: bytes) -> str:
    """As Oban's own notifiers send it."""
    return base64.b64encode(gzip.compress(text, mtime=0)).decode()


@given(OBJECTS)
def test_what_is_written_is_read(values: dict[str, object]) -> None:
    assert decode_notification(encode_notification(values)) == values


@given(OBJECTS)
def test_the_compressed_form_is_read_too(values: dict[str, object]) -> None:
    assert decode_notification(packed(json.dumps(values).encode())) == values


@pytest.mark.parametrize(
    "payload",
    [
        "",
        "{",
        "[1]",
        "nonsense",
        packed(b"[1]"),
        packed(b"no json"),
        base64.b64encode(b"no gzip").decode(),
        packed(b'{"queue":"default"}')[:-8],
        packed(b"{" + b" " * 2_000_000 + b"}"),
    ],
    ids=range(9),
)
def test_anything_else_is_refused(payload: str) -> None:
    with pytest.raises(MalformedNotification):
        decode_notification(payload)


@given(st.text())
def test_no_text_is_taken_for_an_object_by_accident(text: str) -> None:
    with suppress(MalformedNotification):
        assert isinstance(decode_notification(text), dict)
