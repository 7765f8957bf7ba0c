from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import Enum
from pathlib import Path

import pytest

from runtime.redaction import HIDDEN, is_secret, shown, without_addresses


class Mood(Enum):
    GOOD = "good"


@dataclass(frozen=True, slots=True)
class Login:
    user: str
    password: str
    attempts: int = 1
    code: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Wrapped:
    inner: object


class Opaque:
    def __repr__(self) -> str:
        return "hunter2"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "None"),
        (True, "True"),
        (7, "7"),
        (Decimal("1.50"), "1.50"),
        (Mood.GOOD, "good"),
        ("epp/pir", "'epp/pir'"),
        ("ada@example.com", "'[address]'"),
        ("x" * 65, "<65 characters>"),
        (b"\x00\x01", "<2 bytes>"),
        (Path("/var"), "/var"),
        (datetime(2026, 1, 1, tzinfo=UTC), "2026-01-01 00:00:00+00:00"),
        (timedelta(seconds=2), "0:00:02"),
        (ValueError("lost"), "ValueError: 'lost'"),
        (Opaque, "Opaque"),
        (Opaque(), "<Opaque>"),
        ((1, "a"), "[1, 'a']"),
        (range(10), "<range>"),
        (tuple(range(10)), "[0, 1, 2, 3, 4, 5, 6, 7, … 2 more]"),
        ({"token": "t", "host": "h"}, f"{{token: {HIDDEN}, host: 'h'}}"),
        ({"password": None}, "{password: None}"),
        ([], "[]"),
        ({}, "{}"),
    ],
)
def test_plain_values_are_shown_and_all_others_named(value: object, text: str) -> None:
    assert shown(value) == text


def test_a_message_is_shown_without_its_secrets() -> None:
    assert shown(Login("ada", "hunter2", code="s3cret")) == (
        f"Login(user='ada', password={HIDDEN}, attempts=1)"
    )


def test_what_is_nested_too_deeply_is_only_hinted_at() -> None:
    deep = Wrapped(Wrapped(Wrapped(Wrapped(Wrapped(1)))))
    assert shown(deep) == "Wrapped(inner=Wrapped(inner=Wrapped(inner=Wrapped(…))))"
    nothing: list[object] = []
    assert shown([[[[1]]], [[nothing]]]) == "[[[[…]]], [[[]]]]"
    assert shown({"a": {"b": {"c": {"d": 1}, "e": {}}}}) == "{a: {b: {c: {…}, e: {}}}}"


def test_a_list_that_holds_itself_is_shown_all_the_same() -> None:
    endless: list[object] = []
    endless.append(endless)
    assert shown(endless) == "[[[[…]]]]"


def test_names_of_files_and_counts_are_no_secrets() -> None:
    assert is_secret("new_password")
    assert is_secret("auth_info")
    assert not is_secret("password_file")
    assert not is_secret("token_count")


def test_mail_addresses_are_taken_out_of_texts() -> None:
    assert without_addresses("to ada@example.com, now") == "to [address], now"
