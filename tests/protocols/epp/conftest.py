"""Fixtures over the published schemas and sample frames, which are not part of the project."""

import os
from pathlib import Path

import pytest
from lxml import etree

_SHARED = Path(__file__).resolve().parents[4] / "shared"


@pytest.fixture(scope="session")
def schema() -> etree.XMLSchema:
    """All published EPP schemas at once."""
    folder = Path(os.environ.get("EPP_SCHEMAS", _SHARED / "epp-schemas"))
    path = folder / "all.xsd"
    if not path.exists():
        pytest.skip(f"no EPP schemas in {folder} (EPP_SCHEMAS names another folder)")
    return etree.XMLSchema(etree.parse(str(path)))


@pytest.fixture(scope="session")
def sample_frames() -> list[Path]:
    """Frames from public repositories, commands and answers alike."""
    folder = _SHARED / "epp-frames"
    paths = sorted(folder.rglob("*.xml"))
    if not paths:
        pytest.skip(f"no EPP sample frames in {folder}")
    return paths
