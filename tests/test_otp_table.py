"""docs/otp.md and the tests it names."""

import re
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[1]
TABLE = HOUSE / "docs" / "otp.md"
POINTS = range(1, 36)
EXCUSES = ("does not apply: ",)


def rows() -> list[list[str]]:
    """The cells of each numbered row: number, promise, where, tests."""
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [row for row in cells if re.fullmatch(r"\d+", row[0])]


def existing_tests() -> set[str]:
    found: set[str] = set()
    for path in (HOUSE / "tests").rglob("test_*.py"):
        found.update(
            re.findall(r"^ *(?:async )?def (test_\w+)", path.read_text("utf-8"), re.MULTILINE)
        )
    return found


def test_every_point_of_the_checklist_has_its_rows_in_order() -> None:
    numbers = [int(row[0]) for row in rows()]
    assert sorted(set(numbers)) == list(POINTS)
    assert numbers == sorted(numbers)


@pytest.mark.parametrize("row", rows(), ids=lambda row: f"{row[0]}: {row[1][:40]}")
def test_a_promise_has_a_place_and_tests_or_says_why_not(row: list[str]) -> None:
    assert len(row) == 4
    _, promise, where, tests = row
    assert promise
    if tests.startswith(EXCUSES):
        assert not re.search(r"test_\w+", tests)
        return
    files = re.findall(r"`([^`]+)`", where)
    assert files
    assert all((HOUSE / file).is_file() for file in files), where
    assert re.fullmatch(r"`test_\w+`(, `test_\w+`)*", tests), tests


def test_every_test_the_table_names_exists() -> None:
    named = set(re.findall(r"`(test_\w+)`", TABLE.read_text(encoding="utf-8")))
    assert len(named) > 80
    assert named - existing_tests() == set()
