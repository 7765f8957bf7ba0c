"""The configuration in force, for people: nested, plain, secrets hidden."""

import re
from dataclasses import asdict
from typing import Any, cast

import msgspec

from engset.config.sections import Configuration, RegistrySection

HIDDEN = "***"

_URL_PASSWORD = re.compile(r"(?<=://)([^/?#@]*?):[^/?#]*(?=@)")
_QUERY_PASSWORD = re.compile(r"(?<=[?&])((?:ssl)?password)=[^&#]*", re.IGNORECASE)


def effective(configuration: Configuration) -> dict[str, object]:
    """Every key with the value in force, also where it is the default. Safe to show."""
    store = asdict(configuration.store)
    store["url"] = _without_password(configuration.store.url)
    return {
        "source": None if configuration.source is None else str(configuration.source),
        "data_dir": str(configuration.data_dir),
        "store": store,
        "web": asdict(configuration.web),
        "control": asdict(configuration.control),
        "sandbox": _plain(asdict(configuration.sandbox)),
        "jobs": _plain(asdict(configuration.jobs)),
        "queue": {name: asdict(section) for name, section in configuration.queue.items()},
        "cron": {name: msgspec.to_builtins(each) for name, each in configuration.cron.items()},
        "registry": {name: _registry(section) for name, section in configuration.registry.items()},
    }


def _registry(section: RegistrySection) -> dict[str, object]:
    plain = _plain(asdict(section))
    if section.password is not None:
        plain["password"] = HIDDEN
    return plain


def _plain(values: dict[str, Any]) -> dict[str, object]:
    return {
        key: list(cast("tuple[str, ...]", value)) if isinstance(value, tuple) else value
        for key, value in values.items()
    }


def _without_password(url: str | None) -> str | None:
    if url is None:
        return None
    return _QUERY_PASSWORD.sub(rf"\1={HIDDEN}", _URL_PASSWORD.sub(rf"\1:{HIDDEN}", url))
