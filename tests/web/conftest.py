"""Fixtures of the web floor."""

from collections.abc import Generator, MutableMapping
from typing import Any

import pytest
from structlog.testing import capture_logs

from tests.web.application import web

__all__ = ["logs", "web"]


@pytest.fixture(autouse=True)
def logs() -> Generator[list[MutableMapping[str, Any]]]:
    """What was logged; kept instead of written, for crashes are part of these tests."""
    with capture_logs() as entries:
        yield entries
