from random import Random

import pytest

from actors.sandbox.registry import Account, RegistrySettings, SettingError, generate_accounts

TWO = (Account("reg-a", "secret-a"), Account("reg-b", "secret-b"))


@pytest.mark.parametrize(
    ("zones", "accounts", "repository_id", "key"),
    [
        ((), TWO, "PRACTICE", "zones"),
        (("COM",), TWO, "PRACTICE", "zones"),
        (("-com",), TWO, "PRACTICE", "zones"),
        (("com.",), TWO, "PRACTICE", "zones"),
        (("com",), TWO[:1], "PRACTICE", "accounts"),
        (("com",), (*TWO, TWO[0]), "PRACTICE", "accounts"),
        (("com",), TWO, "TOO-LONG-ID", "repository_id"),
    ],
)
def test_a_setting_that_cannot_work_names_its_key(
    zones: tuple[str, ...], accounts: tuple[Account, ...], repository_id: str, key: str
) -> None:
    with pytest.raises(SettingError) as caught:
        RegistrySettings("thin", zones, accounts, repository_id=repository_id)
    assert caught.value.key == key
    assert str(caught.value).startswith(f"{key}: ")


@pytest.mark.parametrize(
    ("client_id", "password", "key"),
    [
        ("ab", "secret", "accounts.client_id"),
        ("a" * 17, "secret", "accounts.client_id"),
        ("abc", "short", "accounts.password"),
        ("abc", "p" * 17, "accounts.password"),
    ],
)
def test_an_account_keeps_the_lengths_of_the_schema(
    client_id: str, password: str, key: str
) -> None:
    with pytest.raises(SettingError) as caught:
        Account(client_id, password)
    assert caught.value.key == key


def test_generated_accounts_differ_and_their_passwords_stay_out_of_reprs() -> None:
    accounts = generate_accounts(Random(3), count=3)
    assert [account.client_id for account in accounts] == ["practice-1", "practice-2", "practice-3"]
    assert len({account.password for account in accounts}) == 3
    assert not any(account.password in repr(accounts) for account in accounts)
