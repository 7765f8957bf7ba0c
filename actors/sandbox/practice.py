"""One practice registry of this machine: its files, its accounts, its address."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from random import Random

import msgspec

from actors.sandbox.certificates import Certificates, ensure_certificates
from actors.sandbox.private_file import write_private
from actors.sandbox.registry import Account, ProfileName, RegistrySettings, generate_accounts


@dataclass(frozen=True, slots=True)
class Practice:
    """All that serves one practice registry and lets a client in."""

    name: str
    host: str
    port: int
    """0 takes a free one."""
    settings: RegistrySettings
    certificates: Certificates

    @property
    def account(self) -> Account:
        """The first account: the one the daemon itself uses."""
        return self.settings.accounts[0]


def prepare_practice(
    folder: Path,
    *,
    name: str,
    profile: ProfileName,
    zones: tuple[str, ...],
    host: str,
    port: int,
    now: datetime,
    random: Random,
    accounts: int = 2,
    sessions_per_account: int = 10,
    idle_limit_s: float = 600.0,
) -> Practice:
    """Make what is missing below `folder` (certificates, accounts). Raises OSError, SettingError.

    Accounts get random passwords when they are first wanted and keep them.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    settings = RegistrySettings(
        profile=profile,
        zones=zones,
        accounts=_accounts(folder / "accounts.json", random, accounts),
        server_id=f"Engset practice registry {name}",
        sessions_per_account=sessions_per_account,
        idle_limit_s=idle_limit_s,
    )
    certificates = ensure_certificates(folder / "tls", now, host=host)
    return Practice(name, host, port, settings, certificates)


def _accounts(path: Path, random: Random, count: int) -> tuple[Account, ...]:
    """The first `count` accounts of the file, which gets what it lacks."""
    kept = msgspec.json.decode(path.read_bytes(), type=tuple[Account, ...]) if path.exists() else ()
    if len(kept) < count:
        kept += generate_accounts(random, count=count)[len(kept) :]
        write_private(path, msgspec.json.encode(kept))
    return kept[:count]
