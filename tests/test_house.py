"""The house itself: what packaging, documentation and floors promise each other."""

import re
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest

HOUSE = Path(__file__).parents[1]
FLOORS = ("engset", "supervisors", "web", "actors", "runtime", "store", "protocols")


@pytest.fixture(scope="module")
def project() -> dict[str, Any]:
    return tomllib.loads((HOUSE / "pyproject.toml").read_text(encoding="utf-8"))


def test_the_wheel_holds_exactly_the_floors(project: dict[str, Any]) -> None:
    packages = project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    assert sorted(packages) == sorted(FLOORS)
    assert all((HOUSE / floor / "__init__.py").exists() for floor in FLOORS)


def test_no_dependency_claims_one_of_our_top_level_names() -> None:
    owners = packages_distributions()
    claimed = {floor: set(owners.get(floor, ())) - {"engset"} for floor in FLOORS}
    assert not any(claimed.values()), claimed


def test_every_dependency_has_its_row_and_its_version(project: dict[str, Any]) -> None:
    wanted = [
        *project["project"]["dependencies"],
        *project["project"]["optional-dependencies"]["dev"],
    ]
    names = {re.split(r"[\[<>=!~ ]", each, maxsplit=1)[0].lower() for each in wanted}
    rows = (HOUSE / "docs" / "dependencies.md").read_text(encoding="utf-8").lower()
    assert {name for name in names if name not in rows} == set()
    lines = (HOUSE / "constraints.txt").read_text(encoding="utf-8").lower().splitlines()
    pinned = {line.partition("==")[0].replace("_", "-") for line in lines}
    assert {name for name in names if name not in pinned} == set()


def test_the_constraints_are_plain_names_and_versions() -> None:
    for line in (HOUSE / "constraints.txt").read_text(encoding="utf-8").splitlines():
        assert re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+!]+", line), line


def test_the_make_targets_that_the_documents_name_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", (HOUSE / "Makefile").read_text("utf-8"), re.MULTILINE))
    for document in (HOUSE / "README.md", HOUSE / ".ci" / "run", *(HOUSE / "docs").glob("*.md")):
        named = set(re.findall(r"(?:^|`)make ([a-z]+)", document.read_text("utf-8"), re.MULTILINE))
        assert named <= targets, document


def test_the_files_that_the_documents_link_to_exist() -> None:
    for document in (HOUSE / "README.md", *(HOUSE / "docs").rglob("*.md")):
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", document.read_text(encoding="utf-8")):
            assert (document.parent / target).exists(), f"{document.name} links to {target}"


def test_ci_runs_lint_then_the_readme_s_tests_then_acceptance() -> None:
    script = (HOUSE / ".ci" / "run").read_text(encoding="utf-8")
    assert re.findall(r"^make (\w+)", script, re.MULTILINE) == ["lint", "test", "acceptance"]
