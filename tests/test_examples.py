"""The examples run as a reader would run them."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_the_newsletter_is_sent_and_its_bounces_are_counted() -> None:
    ran = subprocess.run(
        [sys.executable, "examples/newsletter.py"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.splitlines()[-1] == "990 sent, 10 bounced"
