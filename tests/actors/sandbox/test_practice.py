from pathlib import Path
from typing import Any

import pytest

from actors.sandbox import SettingError
from tests.actors.sandbox.stage import practice_in


def test_accounts_keep_their_passwords(tmp_path: Path) -> None:
    first = practice_in(tmp_path)
    assert practice_in(tmp_path).settings.accounts == first.settings.accounts
    assert first.account.client_id == "practice-1"
    assert len(first.account.password) == 16


def test_accounts_are_added_when_more_are_wanted_and_come_back(tmp_path: Path) -> None:
    two = practice_in(tmp_path).settings.accounts
    four = practice_in(tmp_path, accounts=4).settings.accounts
    assert four[:2] == two
    assert [account.client_id for account in four] == [f"practice-{n}" for n in (1, 2, 3, 4)]
    assert practice_in(tmp_path).settings.accounts == two
    assert practice_in(tmp_path, accounts=4).settings.accounts == four


def test_the_folder_is_private(tmp_path: Path) -> None:
    practice_in(tmp_path / "new")
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "new" / "accounts.json").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("option", "value", "key"),
    [
        ("accounts", 1, "accounts"),
        ("zones", ("a_b",), "zones"),
        ("zones", (), "zones"),
        ("sessions_per_account", 0, "sessions_per_account"),
        ("idle_limit_s", float("nan"), "idle_limit_s"),
    ],
)
def test_what_no_registry_can_run_with_is_named(
    tmp_path: Path, option: str, value: Any, key: str
) -> None:
    with pytest.raises(SettingError) as caught:
        practice_in(tmp_path, **{option: value})
    assert caught.value.key == key
