"""Events that AWS and others publish, and what to say where they are not at hand."""

import os
from pathlib import Path
from typing import Final

import pytest

_ROOT: Final = Path(__file__).parents[3]
FOLDER: Final = Path(os.environ.get("SES_EVENTS", _ROOT.parent / "shared" / "ses-events"))


def published(pattern: str) -> list[Path]:
    """The files of that name; skips the test where the folder is absent."""
    paths = sorted(FOLDER.glob(pattern))
    if not paths:
        pytest.skip(f"the published events are not at {FOLDER} (SES_EVENTS says where)")
    return paths
