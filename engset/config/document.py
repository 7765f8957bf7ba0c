"""The TOML document: read from its file, then changed by `--set section.key=value`.

Paths are relative to where they are written: those of the file to its folder, those of the command
line to the working directory.
"""

import tomllib
from pathlib import Path
from typing import Any, cast, get_type_hints

from engset.config.problem import Findings
from engset.config.sections import FILE_KEYS, NAMED_SECTIONS, SECTIONS
from engset.config.values import plain_kind

Document = dict[str, Any]


def read_document(path: Path, findings: Findings) -> Document:
    """The content of the file, its paths made absolute; empty when it cannot be read."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        findings.wrong(str(path), f"cannot be read: {error.strerror}")
        return {}
    except UnicodeDecodeError as error:
        findings.wrong(str(path), f"is not UTF-8 (at octet {error.start})")
        return {}
    except RecursionError:
        findings.wrong(str(path), "is not TOML: it is nested too deep")
        return {}
    except ValueError as error:  # also integers of thousands of digits, which int() refuses
        findings.wrong(str(path), f"is not TOML: {error}")
        return {}
    _anchor(document, path.absolute().parent)
    return document


def _anchor(document: Document, folder: Path) -> None:
    """Make the paths absolute that are relative to the file's folder."""
    _join(document, "data_dir", folder)
    sandbox = document.get("sandbox")
    if isinstance(sandbox, dict):
        _join(cast("Document", sandbox), "schemas", folder)
    registries = document.get("registry")
    if not isinstance(registries, dict):
        return
    for section in cast("Document", registries).values():
        if isinstance(section, dict):
            for key in FILE_KEYS:
                _join(cast("Document", section), key, folder)


def _join(table: Document, key: str, folder: Path) -> None:
    value = table.get(key)
    if isinstance(value, str) and value.strip():
        table[key] = str(folder / value)


def apply_override(document: Document, override: str, findings: Findings) -> None:
    """Carry out one `section.key=value`; the value may be a secret and is never repeated."""
    dotted, equals, text = override.partition("=")
    dotted = dotted.strip()
    keys = dotted.split(".")
    if not equals or not all(keys):
        findings.wrong(f"--set {dotted}", "is not of the form section.key=value")
        return
    table = document
    for depth, key in enumerate(keys[:-1], 1):
        inner = table.setdefault(key, {})
        if not isinstance(inner, dict):
            findings.wrong(".".join(keys[:depth]), "is a value, not a section")
            return
        table = cast("Document", inner)
    table[keys[-1]] = _value_of(text.strip(), _kind_of(keys))


def _kind_of(keys: list[str]) -> type[Any] | None:
    """What the key holds; None for a key that does not exist, which is found out later."""
    match keys:
        case ["data_dir"]:
            return str
        case [name, _, key]:
            section = NAMED_SECTIONS.get(name)
        case [name, key]:
            section = SECTIONS.get(name)
        case _:
            return None
    hint = get_type_hints(section).get(key) if section is not None else None
    return None if hint is None else plain_kind(hint)


def _value_of(text: str, kind: type[Any] | None) -> Any:
    """What was meant by it, the shell having eaten the quotes.

    Where text is wanted, `123456` is text; where a list is wanted, `com,net` is a list. Otherwise
    it is a TOML value if it reads as one, else the text itself.
    """
    value = _toml_value(text)
    if kind is str and not isinstance(value, str):
        return text
    if kind is tuple and text[:1] != "[":
        return [part.strip() for part in text.split(",")]
    return value


def _toml_value(text: str) -> Any:
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except (ValueError, RecursionError):
        return text
