"""The files served as they are: vendored scripts untouched, our own script small."""

import hashlib
import re
from pathlib import Path

import pytest

STATIC = Path(__file__).parents[2] / "web" / "static"
ROW = re.compile(r"^\| (\S+\.js) \| .* \| `([0-9a-f]{64})` \|$", re.MULTILINE)


def vendored() -> list[tuple[str, str]]:
    return ROW.findall((STATIC / "vendor" / "VENDORED.md").read_text())


def test_every_vendored_script_is_listed() -> None:
    scripts = {path.name for path in (STATIC / "vendor").glob("*.js")}
    assert scripts == {name for name, _ in vendored()}


@pytest.mark.parametrize(("name", "digest"), vendored())
def test_a_vendored_script_is_as_it_was_published(name: str, digest: str) -> None:
    assert hashlib.sha256((STATIC / "vendor" / name).read_bytes()).hexdigest() == digest


@pytest.mark.parametrize("name", ["phoenix.LICENSE.md", "idiomorph.LICENSE"])
def test_a_vendored_script_has_its_licence_beside_it(name: str) -> None:
    assert (STATIC / "vendor" / name).read_text().strip()


def test_our_script_is_small_strict_and_leaves_no_globals() -> None:
    script = (STATIC / "live.js").read_text()
    assert len(script.splitlines()) < 150
    code = [line for line in script.splitlines() if line and not line.startswith("//")]
    assert code[:2] == ['"use strict";', "(() => {"]
    assert code[-1] == "})();"


def test_the_style_sheet_has_a_class_for_every_width_that_pages_use() -> None:
    sheet = (STATIC / "engset.css").read_text()
    pages = (STATIC.parent / "pages").rglob("*.py")
    used = {width for path in pages for width in re.findall(r"width=(\d+)", path.read_text())}
    assert used
    assert not [width for width in used if f".w{width} {{" not in sheet]


def test_the_style_sheet_fetches_nothing_and_respects_reduced_motion() -> None:
    sheet = (STATIC / "engset.css").read_text()
    assert "@import" not in sheet
    assert "url(" not in sheet
    assert "prefers-reduced-motion: reduce" in sheet
