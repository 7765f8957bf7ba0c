"""Thespian's own tests, as published, on our base: the part of them that does not sleep.

`make thespian` runs all of it, which takes four minutes.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
AWAKE = (
    "simpleActor",
    "globalName",
    "actorSignals",
    "actorAdder",
    "actorAddressPassing",
    "badmessage",
    "bigmessages",
    "createActor",
    "generators",
    "initmsgs",
    "requireCapability",
    "updateSystemCapabilities",
)


def test_the_part_of_thespians_suite_that_does_not_sleep_passes_on_our_base(
    tmp_path: Path,
) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-c", os.devnull, "--rootdir", str(tmp_path)]
        + ["--noconftest", "-p", "no:cacheprovider", "-p", "tests.actors.thespian.suite_plugin"]
        + ["-k", "simpleSystemBase", "--pyargs"]
        + [f"thespian.test.test_{name}" for name in AWAKE],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTEST_ADDOPTS": ""},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout
    made = re.search(r"bases of ours that were made: (\d+)", ran.stdout)
    assert made is not None
    assert int(made[1]) > 0
    assert re.search(r"\d+ passed", ran.stdout)
