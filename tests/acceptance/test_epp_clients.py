"""The practice registry, with an EPP client that others wrote: Debian's Net::EPP.

`engset sandbox registry` runs in a process of its own, as a user of it would run it.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.acceptance

ROOT = Path(__file__).parents[2]
SCHEMAS = Path(os.environ.get("EPP_SCHEMAS", ROOT.parent / "shared" / "epp-schemas"))
STORY = Path(__file__).with_name("net_epp.pl")
WITHIN_S = 40.0


def has_net_epp() -> bool:
    perl = shutil.which("perl")
    if perl is None:
        return False
    tried = subprocess.run(
        [perl, "-MNet::EPP::Simple", "-e1"], check=False, stderr=subprocess.DEVNULL
    )
    return tried.returncode == 0


@pytest.fixture(params=["thin", "thick"])
def profile(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def registry(tmp_path: Path, profile: str) -> Iterator[dict[str, Any]]:
    """What a registry of this profile printed; where the schemas are, it holds all to them."""
    schemas = ("--schemas", str(SCHEMAS)) if (SCHEMAS / "all.xsd").is_file() else ()
    command = (sys.executable, "-m", "engset.cli", "sandbox", "registry")
    with (tmp_path / "log").open("w") as log:
        process = subprocess.Popen(
            [*command, "--profile", profile, *schemas],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
        try:
            assert process.stdout is not None
            yield json.loads(process.stdout.readline())
        finally:
            process.terminate()
            process.communicate(timeout=WITHIN_S)
    assert process.returncode == 0
    assert "Traceback" not in (tmp_path / "log").read_text()


@pytest.mark.skipif(not has_net_epp(), reason="there is no Net::EPP (Debian: libnet-epp-perl)")
def test_net_epp_spends_a_registrar_s_day(registry: dict[str, Any], profile: str) -> None:
    done = subprocess.run(
        ["perl", str(STORY), profile],
        check=False,
        input=json.dumps(registry),
        capture_output=True,
        text=True,
        timeout=WITHIN_S,
    )
    assert done.returncode == 0, done.stderr
    one, two = (account["client_id"] for account in registry["accounts"])
    name = f"perl-made.{registry['zones'][0]}"
    contacts = [["contact create", 1000, None], ["contact info", 1000, "Ada Example"]]
    assert [json.loads(line) for line in done.stdout.splitlines()] == [
        ["login, wrong password", 2200, None],
        ["login", 1000, "Engset practice registry practice"],
        ["check, free", 1000, 1],
        ["check, taken", 1000, 0],
        *(contacts if profile == "thick" else []),
        ["domain create", 1000, None],
        ["check, ours now", 1000, 0],
        ["host create", 1000, None],
        ["domain update", 1000, None],
        [
            "domain info",
            1000,
            {
                "ns": [f"ns1.{name}"],
                "status": ["clientHold"],
                "clID": one,
                "authInfo": "secret-2026",
                "hosts": [f"ns1.{name}"],
            },
        ],
        ["domain renew", 1000, None],
        ["years gained", 1000, 3],
        ["transfer request", 1001, "pending"],
        ["poll", 1301, "pending"],
        ["poll ack", 1000, None],
        ["poll, empty", 1300, None],
        ["transfer query", 1000, "pending"],
        ["transfer approve", 1000, None],
        ["new sponsor", 1000, two],
        ["delete, not ours", 2201, None],
        ["nameserver removed", 1000, None],
        ["host delete", 1000, None],
        ["domain delete", 1000, None],
        ["domain info, gone", 2303, None],
        ["logout", 0, 1],
        ["logout of the first", 0, 1],
    ]
