"""What is demanded of a configuration beyond its types."""

import json
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from engset.config import RegistrySection, load
from engset.config.registry_rules import RANGES
from tests.engset.configurations import GOOD, PASSWORD, accepted, faults, registry, warnings

VERISIGN = "registry.verisign"


def two(**second: object) -> dict[str, Any]:
    other = {**GOOD, "zones": ["org"], **second}
    return {"registry": {"verisign": GOOD, "pir": other}}


# Ranges.


@pytest.mark.parametrize("name", RANGES)
def test_numbers_have_a_range(name: str) -> None:
    least, greatest = RANGES[name]
    for value in (least - 1, greatest + 1):
        fault = faults(registry(**{"idle_limit_s": "none", name: value}))[f"{VERISIGN}.{name}"]
        assert fault == f"{value:g} is not in {least:,g} to {greatest:,g}"


def test_every_number_has_its_range() -> None:
    numbers = {
        each.name for each in fields(RegistrySection) if isinstance(each.default, int | float)
    }
    assert numbers <= set(RANGES)


def test_the_hello_comes_before_the_registry_loses_patience() -> None:
    assert faults(registry(idle_limit_s=120)) == {
        f"{VERISIGN}.hello_every_s": "240 is not below idle_limit_s, which is 120"
    }


# Names.


@pytest.mark.parametrize(
    "host", ["epp.example.net", "epp.example.net.", "192.0.2.1", "2001:db8::1"]
)
def test_hosts_are_names_or_addresses(host: str) -> None:
    assert accepted(registry(host=host)).registry["verisign"].host == host


@pytest.mark.parametrize("host", ["epp example", "-a.example", "300.1.1.1", "a..b", "ümlaut.de"])
def test_what_is_no_host_is_refused(host: str) -> None:
    reason = f"{host!r} is neither a host name nor an IP address"
    assert faults(registry(host=host)) == {f"{VERISIGN}.host": reason}
    assert faults(registry(tls_server_name=host)) == {f"{VERISIGN}.tls_server_name": reason}


def test_a_port_in_the_host_is_told_where_it_belongs() -> None:
    assert faults(registry(host="epp.example.net:701")) == {
        f"{VERISIGN}.host": "is the host alone; write port = 701 beside it"
    }


@pytest.mark.parametrize("name", ["a/b", "ü", "-x", "x" * 33, "a b", "a\nb", ""])
def test_a_registry_s_name_is_fit_for_a_path(name: str) -> None:
    shown = name if name in {"-x", "x" * 33} else json.dumps(name)
    assert faults({"registry": {name: GOOD}}) == {
        f"registry.{shown}": "a registry's name has at most 32 letters, digits, - and _"
    }


@pytest.mark.parametrize("name", ["pool", "connections", "ledger", "poller", "settler"])
def test_a_registry_is_not_named_like_an_actor_of_it(name: str) -> None:
    assert faults({"registry": {name: GOOD}}) == {
        f"registry.{name}": f"{name} is the name of an actor; choose another"
    }


@pytest.mark.parametrize(
    ("client_id", "reason"),
    [
        ("ab", "has 2 characters, not 3 to 16 (RFC 5730)"),
        ("a" * 17, "has 17 characters, not 3 to 16 (RFC 5730)"),
        ("a  b", "begins or ends with a space, or holds two in a row: EPP would change it"),
    ],
)
def test_a_client_id_is_one_that_epp_can_carry(client_id: str, reason: str) -> None:
    assert faults(registry(client_id=client_id)) == {f"{VERISIGN}.client_id": reason}


# Zones.


def test_zones_are_normalised() -> None:
    zones = [".COM", "co.uk.", "бел", "xn--p1ai"]
    configuration = accepted(registry(zones=zones))
    assert configuration.registry["verisign"].zones == ("com", "co.uk", "xn--90ais", "xn--p1ai")


@pytest.mark.parametrize(
    ("zone", "reason"),
    [
        ("c_m", "'c_m' is not a zone: the character '_' is not allowed (label 'c_m')"),
        ("co..uk", "'co..uk' is not a zone: a label is empty"),
        (".", "'.' is not a zone: a label is empty"),
        ("xn--", "'xn--' is not a zone: "),
    ],
)
def test_a_zone_that_is_none_is_named_with_its_label(zone: str, reason: str) -> None:
    assert faults(registry(zones=["com", zone]))[f"{VERISIGN}.zones"].startswith(reason)


def test_a_registry_sells_something() -> None:
    assert faults(registry(zones=[])) == {f"{VERISIGN}.zones": "names no zone"}


def test_a_zone_is_given_once_and_sold_by_one_registry() -> None:
    assert faults(registry(zones=["com", "COM."])) == {f"{VERISIGN}.zones": "com is given twice"}
    assert faults(two(zones=["org", "Net"])) == {
        "registry.pir.zones": "net is also in registry.verisign.zones"
    }


# Passwords.


def test_a_password_comes_from_one_place() -> None:
    assert faults(registry(password=None)) == {
        f"{VERISIGN}.password": "give one of password, password_file, password_env; there is none"
    }
    both = faults(registry(password_env="HOME"))
    assert both == {
        f"{VERISIGN}.password": "give one of password, password_file, password_env;"
        " there are password and password_env"
    }


def test_a_password_file_is_there_and_says_something(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    document = registry(password=None, password_file=str(path))
    key = f"{VERISIGN}.password_file"
    assert faults(document) == {key: f"{path} cannot be read: No such file or directory"}
    path.write_bytes(b" \n")
    assert faults(document) == {key: "the password is empty"}
    path.write_bytes(b"\xff\xfe")
    assert faults(document) == {key: f"{path} is not UTF-8"}
    path.write_bytes(b"two\nlines")
    assert faults(document) == {key: "the password holds a control character (at 4)"}
    path.write_bytes(b"good-enough\n")
    assert accepted(document).registry["verisign"].password_file == str(path)


def test_a_password_is_taken_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    document = registry(password=None, password_env="ENGSET_TEST_PASSWORD")
    monkeypatch.delenv("ENGSET_TEST_PASSWORD", raising=False)
    assert faults(document) == {
        f"{VERISIGN}.password_env": "the environment has no ENGSET_TEST_PASSWORD"
    }
    monkeypatch.setenv("ENGSET_TEST_PASSWORD", PASSWORD)
    assert warnings(document) == {}


def test_a_password_that_epp_would_change_is_refused() -> None:
    reason = faults(registry(password="two  spaces"))[f"{VERISIGN}.password"]
    assert reason.startswith("the password begins or ends with a space, or holds two in a row")


@pytest.mark.parametrize("password", ["short", "far-too-long-for-rfc-5730"])
def test_a_password_of_another_length_than_epp_s_is_warned_of(password: str) -> None:
    reason = warnings(registry(password=password))[f"{VERISIGN}.password"]
    assert f"has {len(password)} characters, where RFC 5730 allows 6 to 16" in reason
    assert password not in reason


def test_no_fault_repeats_a_secret() -> None:
    secret = "hunter2-secret"
    documents = [
        registry(password=[secret]),
        registry(password=f"{secret}  {secret}"),
        registry(password=f"{secret}\n"),
        registry(passwort=secret),
        {"store": {"url": f"postgresql://engset:{secret}@db:port/engset"}},
        {"store": {"url": f"mysql://engset:{secret}@db/engset"}},
        {"store": {"url": {"url": secret}}},
    ]
    for document in documents:
        assert secret not in str(faults(document))


# Listening.


@pytest.mark.parametrize(
    ("listen", "reason"),
    [
        ("8700", "'8700' is not HOST:PORT"),
        ("127.0.0.1:http", "'127.0.0.1:http' is not HOST:PORT"),
        ("127.0.0.1:65536", "65536 is not a port"),
        ("127.0.0.1:" + "9" * 9_000, "9" * 9_000 + " is not a port"),
        (":8700", "':8700' names no host"),
        ("::1:8700", "'::1:8700' is not HOST:PORT; an IPv6 address stands in [brackets]"),
        ("[127.0.0.1]:80", "'127.0.0.1' is not an IPv6 address"),
        ("a b:80", "'a b' is neither a host name nor an IP address"),
    ],
)
def test_an_address_that_is_none_is_refused(listen: str, reason: str) -> None:
    assert faults({"web": {"listen": listen}}) == {"web.listen": reason}
    assert faults({"control": {"ssh_listen": listen}}) == {"control.ssh_listen": reason}


@pytest.mark.parametrize("listen", ["127.0.0.1:0", "[::1]:8700", "localhost:80", "127.1.2.3:80"])
def test_loopback_needs_no_warning(listen: str) -> None:
    assert warnings({"web": {"listen": listen}}) == {}


@pytest.mark.parametrize("listen", ["0.0.0.0:8700", "[::]:8700", "engset.example:80"])
def test_a_page_that_others_reach_is_warned_of(listen: str) -> None:
    assert "plain HTTP" in warnings({"web": {"listen": listen}})["web.listen"]


def test_page_and_ssh_do_not_share_a_port() -> None:
    document = {"web": {"listen": "127.0.0.1:9"}, "control": {"ssh_listen": "127.0.0.1:9"}}
    assert faults(document) == {"control.ssh_listen": "127.0.0.1:9 is also web.listen"}
    free = {"web": {"listen": "127.0.0.1:0"}, "control": {"ssh_listen": "127.0.0.1:0"}}
    assert warnings(free) == {}


# Store and sandbox.


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("mysql://db/engset", "does not begin with postgresql://"),
        ("postgresql://db:none/engset", "its host or port cannot be read"),
        ("postgresql://[db/engset", "its host or port cannot be read"),
    ],
)
def test_the_store_is_a_postgresql(url: str, reason: str) -> None:
    assert faults({"store": {"url": url}}) == {"store.url": reason}


def test_practice_registries_run_when_nothing_is_real() -> None:
    assert accepted({}).runs_practice_registries
    assert not accepted(registry()).runs_practice_registries
    assert not accepted({"sandbox": {"registry": False}}).runs_practice_registries
    beside = {"sandbox": {"registry": True}, "registry": {"nic": {**GOOD, "zones": ["at"]}}}
    assert accepted(beside).runs_practice_registries


def test_practice_registries_have_names_and_zones_of_their_own() -> None:
    sandbox = {"sandbox": {"registry": True}}
    name = {**sandbox, "registry": {"pir": {**GOOD, "zones": ["at"]}}}
    assert faults(name) == {
        "sandbox.registry": "the practice registry pir has the name pir; set it to false"
    }
    zone = {**sandbox, "registry": {"nic": {**GOOD, "zones": ["at", "org"]}}}
    assert faults(zone) == {
        "sandbox.registry": "the practice registry pir has the zones of nic (org); set it to false"
    }


def test_a_daemon_without_any_registry_is_warned_of() -> None:
    assert "no EPP at all" in warnings({"sandbox": {"registry": False}})["sandbox.registry"]


def test_faults_are_read_before_they_are_armed() -> None:
    good = {"sandbox": {"faults": ["verisign: latency seconds=0.2", "pir:no-answer times=1"]}}
    assert warnings(good) == {}
    found = faults({"sandbox": {"faults": ["latency", "denic: latency", "pir: earthquake"]}})
    first, second, third = found["sandbox.faults"].split(" | ")
    assert first == "item 1: write REGISTRY: FAULT, where REGISTRY is verisign or pir"
    assert second == first.replace("1", "2")
    assert third.startswith("item 3: no such fault; there are latency")


def test_schemas_are_tried_before_the_start(tmp_path: Path) -> None:
    found = faults({"sandbox": {"schemas": str(tmp_path)}})
    assert found["sandbox.schemas"].startswith(f"{tmp_path} is no schema: ")
    schema = '<schema xmlns="http://www.w3.org/2001/XMLSchema"/>'
    (tmp_path / "all.xsd").write_text(schema)
    assert accepted({"sandbox": {"schemas": str(tmp_path)}}).sandbox.schemas == str(tmp_path)
    assert warnings({"sandbox": {"schemas": f"{tmp_path}/all.xsd"}}) == {}
    (tmp_path / "engset.toml").write_text('[sandbox]\nschemas = "all.xsd"\n')
    assert load(tmp_path / "engset.toml").sandbox.schemas == str(tmp_path / "all.xsd")


def test_faults_without_a_practice_registry_are_warned_of() -> None:
    document = {**registry(), "sandbox": {"faults": ["pir: no-answer"]}}
    assert "do not run" in warnings(document)["sandbox.faults"]
