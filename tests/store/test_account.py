"""As whom PostgreSQL runs."""

import os
from pathlib import Path

import pytest

from store.account import _check_way, _give, _service_account, choose_account
from store.errors import PostgresFailed
from store.process import Account

MISSING = Path("/nonexistent/postgres")


@pytest.mark.skipif(os.geteuid() == 0, reason="for an ordinary user")
async def test_an_ordinary_user_stays_one(tmp_path: Path) -> None:
    assert await choose_account(tmp_path, program=MISSING) == Account(
        "plain", os.geteuid(), os.getegid()
    )


@pytest.mark.skipif(os.geteuid() != 0, reason="for root")
async def test_root_becomes_the_owner_of_the_folder(tmp_path: Path) -> None:
    os.chown(tmp_path, 4711, 4712)
    assert await choose_account(tmp_path, program=MISSING) == Account("switched", 4711, 4712)


@pytest.mark.skipif(os.geteuid() != 0, reason="for root")
async def test_root_without_namespaces_is_told_which_folder_is_closed(tmp_path: Path) -> None:
    # What cannot be launched in a namespace counts as a namespace that is forbidden; and pytest's
    # folders are closed to others.
    with pytest.raises(PostgresFailed, match=r"which uid \d+ may not enter"):
        await choose_account(tmp_path, program=MISSING)


@pytest.mark.skipif(os.geteuid() != 0, reason="for root")
def test_a_service_account_is_given_everything_below_the_folder(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "PG_VERSION").write_text("18\n")
    account = _service_account()
    assert account.uid != 0
    _give(tmp_path, account)
    assert {path.stat().st_uid for path in tmp_path.rglob("*")} == {account.uid}


def test_an_open_way_is_not_refused(tmp_path: Path) -> None:
    _check_way(Account("switched", 65534, 65534), Path("/usr/bin"))
