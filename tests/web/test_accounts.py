"""Links and sessions in a real database, where only their hashes are."""

from datetime import timedelta

import asyncpg
import pytest

from store import Database, Query
from web.accounts import SESSION_LIFETIME, StoredAccounts


@pytest.fixture
def accounts(database: Database) -> StoredAccounts:
    return StoredAccounts(database)


async def test_a_link_opens_one_session(accounts: StoredAccounts) -> None:
    token = await accounts.issue_link(name="alice", role="operator")
    opened = await accounts.redeem(token)
    assert opened is not None
    assert (opened.session.name, opened.session.role) == ("alice", "operator")
    assert await accounts.redeem(token) is None
    assert await accounts.find(opened.cookie) == opened.session


async def test_a_link_that_nobody_made_opens_nothing(accounts: StoredAccounts) -> None:
    assert await accounts.redeem("") is None
    assert await accounts.redeem("guess") is None
    assert await accounts.find("guess") is None


async def test_every_sign_in_gets_a_cookie_and_a_secret_of_its_own(
    accounts: StoredAccounts,
) -> None:
    opened = [
        await accounts.redeem(await accounts.issue_link(name="alice", role="operator"))
        for _ in range(2)
    ]
    first, second = (one for one in opened if one is not None)
    assert first.cookie != second.cookie
    assert first.session.secret != second.session.secret
    assert first.session.key != second.session.key


async def test_signing_out_ends_the_session(accounts: StoredAccounts) -> None:
    opened = await accounts.redeem(await accounts.issue_link(name="alice", role="operator"))
    assert opened is not None
    await accounts.end(opened.cookie)
    assert await accounts.find(opened.cookie) is None


async def test_neither_link_nor_cookie_stands_in_the_database(
    accounts: StoredAccounts, database: Database
) -> None:
    token = await accounts.issue_link(name="alice", role="operator")
    opened = await accounts.redeem(token)
    assert opened is not None
    for table in ("web_session", "web_login_token"):
        rows: list[asyncpg.Record] = await database.fetch(
            Query("test/all", f"SELECT t::text AS line FROM {table} t")
        )
        text = " ".join(row["line"] for row in rows)
        assert text
        for secret in (token, opened.cookie):
            assert secret not in text
            assert secret.encode().hex() not in text


@pytest.mark.parametrize(
    ("column", "ago"),
    [("seen_at", timedelta(minutes=31)), ("expires_at", timedelta(seconds=1))],
)
async def test_a_session_ends_when_idle_or_old(
    accounts: StoredAccounts, database: Database, column: str, ago: timedelta
) -> None:
    opened = await accounts.redeem(await accounts.issue_link(name="alice", role="operator"))
    assert opened is not None
    assert opened.session.expires_at.tzinfo is not None
    update = Query("test/age", f"UPDATE web_session SET {column} = now() - $1::interval")
    await database.execute(update, ago)
    assert await accounts.find(opened.cookie) is None


async def test_a_link_is_good_for_ten_minutes(accounts: StoredAccounts, database: Database) -> None:
    token = await accounts.issue_link(name="alice", role="operator")
    left = await database.fetch_value(
        Query("test/left", "SELECT expires_at - now() FROM web_login_token")
    )
    assert isinstance(left, timedelta)
    assert timedelta(minutes=9) < left <= timedelta(minutes=10)
    await database.execute(
        Query("test/age", "UPDATE web_login_token SET expires_at = now() - interval '1 second'")
    )
    assert await accounts.redeem(token) is None


async def test_a_session_lasts_half_a_day_at_most(
    accounts: StoredAccounts, database: Database
) -> None:
    await accounts.redeem(await accounts.issue_link(name="alice", role="operator"))
    lasts = await database.fetch_value(
        Query("test/lasts", "SELECT expires_at - created_at FROM web_session")
    )
    assert lasts == SESSION_LIFETIME
