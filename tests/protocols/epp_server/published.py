"""The published schemas, where they are at hand, and what to say where they are not."""

import os
from functools import cache
from pathlib import Path
from typing import Final

from actors.sandbox.registry import SchemaCheck

_ROOT: Final = Path(__file__).parents[3]
_FOLDER: Final = Path(os.environ.get("EPP_SCHEMAS", _ROOT.parent / "shared" / "epp-schemas"))

ABSENT: Final = f"the published EPP schemas are not at {_FOLDER} (EPP_SCHEMAS says where)"


@cache
def published_schemas() -> SchemaCheck | None:
    """The check against all schemas, None where the folder is absent."""
    path = _FOLDER / "all.xsd"
    return SchemaCheck(path) if path.is_file() else None


def assert_valid(xml: bytes) -> None:
    """Hold one data unit against the schemas, if they are there."""
    schemas = published_schemas()
    problem = None if schemas is None else schemas.problem(xml)
    assert problem is None, f"{problem}\n{xml.decode()}"
