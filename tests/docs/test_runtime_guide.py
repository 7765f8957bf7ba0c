"""Runs docs/runtime.md from top to bottom: its blocks build on each other, as a reader does."""

import sys
from collections.abc import Iterator
from types import ModuleType

import pytest
from structlog.testing import capture_logs

from tests.docs.guide import DOCS, blocks, compiled, run_block

GUIDE = DOCS / "runtime.md"


@pytest.fixture
def reader() -> Iterator[ModuleType]:
    """The module that a reader types the guide into; dataclasses look theirs up by name."""
    module = sys.modules["runtime_guide"] = ModuleType("runtime_guide")
    yield module
    del sys.modules["runtime_guide"]


async def test_the_guide_holds_from_top_to_bottom(reader: ModuleType) -> None:
    found = list(blocks(GUIDE.read_text(encoding="utf-8")))
    assert len(found) > 15
    with capture_logs():
        for line, source in found:
            await run_block(compiled(GUIDE, line, source), reader)


async def test_a_block_that_is_wrong_names_its_line(reader: ModuleType) -> None:
    text = "One.\n\n```python\nx = 1\n```\n\nTwo.\n\n```python\nassert x == 2\n```\n"
    (_, first), (line, second) = blocks(text)
    await run_block(compiled(GUIDE, 1, first), reader)
    with pytest.raises(AssertionError) as caught:
        await run_block(compiled(GUIDE, line, second), reader)
    assert caught.traceback[-1].lineno == 9
