"""Passwords of registries: from a file, from the environment, or from the configuration itself."""

import os
from pathlib import Path

from engset.config.exposure import is_exposed
from engset.config.problem import Findings
from engset.config.sections import RegistrySection
from engset.config.values import BadValue, convert

_SOURCES = ("password", "password_file", "password_env")
_LENGTHS = range(6, 17)


def password_of(section: RegistrySection) -> str:
    """The password, from wherever the section says. Raises OSError, ValueError or KeyError."""
    if section.password_file is not None:
        return Path(section.password_file).read_text(encoding="utf-8").strip()
    if section.password_env is not None:
        return os.environ[section.password_env]
    assert section.password is not None
    return section.password


def check_password(key: str, section: RegistrySection, findings: Findings) -> None:
    """Find out whether there is one password, and one that EPP can carry (RFC 5730 section 4)."""
    if not findings.sound(*(f"{key}.{name}" for name in _SOURCES)):
        return
    sources = [name for name in _SOURCES if getattr(section, name) is not None]
    if len(sources) != 1:
        given = f"there are {' and '.join(sources)}" if sources else "there is none"
        findings.wrong(f"{key}.password", f"give one of {', '.join(_SOURCES)}; {given}")
        return
    where = f"{key}.{sources[0]}"
    try:
        password = str(convert(password_of(section), str))
    except BadValue as error:
        findings.wrong(where, f"the password {error.reason}")
    except KeyError:
        findings.wrong(where, f"the environment has no {section.password_env}")
    except OSError as error:
        findings.wrong(where, f"{section.password_file} cannot be read: {error.strerror}")
    except ValueError:
        findings.wrong(where, f"{section.password_file} is not UTF-8")
    else:
        _check_form(where, password, findings)
        if section.password_file is not None and is_exposed(Path(section.password_file)):
            reason = f"{section.password_file} can be read by every account of this machine"
            findings.warn(where, f"{reason}; chmod 600 closes it")


def _check_form(where: str, password: str, findings: Findings) -> None:
    """The schema's pwType: a token of 6 to 16 characters. Some registries take longer ones."""
    if password != " ".join(password.split()):
        reason = "begins or ends with a space, or holds two in a row: EPP would change it"
        findings.wrong(where, f"the password {reason}")
    elif len(password) not in _LENGTHS:
        reason = f"has {len(password)} characters, where RFC 5730 allows 6 to 16"
        findings.warn(where, f"the password {reason}; the registry has to agree")
