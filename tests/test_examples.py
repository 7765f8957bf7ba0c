"""The examples run as a reader would run them."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def run(example: str) -> list[str]:
    ran = subprocess.run(
        [sys.executable, f"examples/{example}.py"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.splitlines()


def test_the_newsletter_is_sent_and_its_bounces_are_counted() -> None:
    assert run("newsletter")[-1] == "990 sent, 10 bounced"


def test_a_thespian_actor_greets_on_our_base() -> None:
    assert run("thespian_greeter") == [
        "Hello, Agner. You are number 1.",
        "Hello, Tore. You are number 2.",
    ]
