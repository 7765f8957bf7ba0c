"""Transaction ids: unique, and of a length that every schema takes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.epp import InvalidTransactionId, TransactionIds


def test_ids_count_up_behind_their_prefix() -> None:
    ids = TransactionIds("E7F3")
    assert [ids.take() for _ in range(3)] == ["E7F3-1", "E7F3-2", "E7F3-3"]


@given(st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,42}", fullmatch=True))
def test_ids_have_3_to_64_characters(prefix: str) -> None:
    ids = TransactionIds(prefix)
    taken = [ids.take() for _ in range(20)]
    assert len(set(taken)) == 20
    assert all(3 <= len(each) <= 64 - 18 for each in taken)


@pytest.mark.parametrize("prefix", ["", " a", "a b", "a&b", "-a", "a" * 44, "\u00e4", "a\n"])
def test_a_prefix_that_could_not_be_sent_is_refused(prefix: str) -> None:
    with pytest.raises(InvalidTransactionId) as caught:
        TransactionIds(prefix)
    assert caught.value.text == prefix
