"""The strict reading of authorized_keys."""

from pathlib import Path

import pytest

from actors.control.authorized_keys import (
    LineRefused,
    UnsafeKeyFile,
    parse_line,
    read_authorized_keys,
)
from actors.control.roles import Role

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHk4"


def test_a_bare_key_is_an_admin_with_its_comment_for_a_name() -> None:
    key = parse_line(f"{KEY} ada lovelace")
    assert (key.name, key.role) == ("ada lovelace", Role.ADMIN)
    assert key.line(3) == f'engset-key="3" {KEY}'


def test_a_key_without_a_comment_is_named_by_its_end() -> None:
    assert parse_line(KEY).name == KEY[-12:]


def test_restrict_becomes_everything_it_stands_for() -> None:
    assert parse_line(f"restrict {KEY}").line(0) == (
        "no-pty,no-port-forwarding,no-agent-forwarding,no-X11-forwarding,no-user-rc,"
        f'engset-key="0" {KEY}'
    )


def test_options_are_taken_in_order() -> None:
    assert "pty" in parse_line(f"restrict,pty {KEY}").permissions
    assert parse_line(f"pty,restrict {KEY}").permissions == frozenset()
    assert "X11-forwarding" not in parse_line(f"No-X11-Forwarding {KEY}").permissions


def test_a_role_is_taken_from_the_environment_option() -> None:
    assert parse_line(f'environment="ROLE=viewer" {KEY}').role is Role.VIEWER


def test_options_with_values_are_handed_on() -> None:
    key = parse_line(f'from="192.0.2.0/24,2001:db8::/32",command="tree \\"a\\"" {KEY} x')
    assert key.bound_to_addresses
    assert key.line(0).startswith('from="192.0.2.0/24,2001:db8::/32",command="tree \\"a\\"",')


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (f"cert-authority {KEY}", "cert-authority is not known"),
        (f'expiry-time="20300101" {KEY}', "expiry-time is not known"),
        (f'environment="PATH=/" {KEY}', "environment is not known"),
        (f'environment="ROLE=king" {KEY}', "no role 'king'; there is viewer, operator, admin"),
        (f'restrict="yes" {KEY}', "restrict is not known"),
        (f'from="192.0.2.1 {KEY}', "keys of type|cannot be read"),
        ("ssh-dss AAAA x", "cannot be read|keys of type"),
        ("ecdsa-sha2-nistp256 AAAA x", "keys of type|not known"),
        ("ssh-ed25519", "the key is missing"),
        ("=", "cannot be read"),
    ],
)
def test_a_line_that_cannot_be_enforced_is_refused(line: str, reason: str) -> None:
    with pytest.raises(LineRefused, match=reason):
        parse_line(line)


def test_a_file_keeps_its_good_lines_and_names_the_bad_ones(tmp_path: Path) -> None:
    path = tmp_path / "authorized_keys"
    path.write_text(f"# ours\n\n{KEY} ada\ncert-authority {KEY} eve\n")
    found = read_authorized_keys(path)
    assert [key.name for key in found.keys] == ["ada"]
    assert [number for number, _ in found.refused] == [4]


def test_a_missing_file_has_no_keys(tmp_path: Path) -> None:
    assert read_authorized_keys(tmp_path / "authorized_keys").keys == ()


@pytest.mark.parametrize("mode", [0o620, 0o602])
def test_a_file_or_directory_that_others_may_write_is_unsafe(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "authorized_keys"
    path.write_text(KEY)
    path.chmod(mode)
    with pytest.raises(UnsafeKeyFile, match="others may write"):
        read_authorized_keys(path)
    path.chmod(0o600)
    tmp_path.chmod(0o777)
    with pytest.raises(UnsafeKeyFile, match="others may write"):
        read_authorized_keys(path)


def test_a_directory_in_its_place_is_unsafe(tmp_path: Path) -> None:
    with pytest.raises(UnsafeKeyFile, match="directory"):
        read_authorized_keys(tmp_path)
