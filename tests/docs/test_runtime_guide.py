"""Runs docs/runtime.md from top to bottom: its blocks build on each other, as a reader does."""

import ast
import inspect
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, ModuleType

import pytest
from structlog.testing import capture_logs

GUIDE = Path(__file__).parents[2] / "docs" / "runtime.md"
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(text: str) -> Iterator[tuple[int, str]]:
    """Each block of Python with the number of the line it begins on."""
    for found in BLOCK.finditer(text):
        yield text.count("\n", 0, found.start(1)) + 1, found[1]


def compiled(line: int, source: str) -> CodeType:
    """The block as code in which `await` may stand anywhere and errors name the guide's lines."""
    padded = "\n" * (line - 1) + source
    code = compile(padded, str(GUIDE), "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    assert isinstance(code, CodeType)
    return code


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
            code = compiled(line, source)
            if code.co_flags & inspect.CO_COROUTINE:
                await eval(code, vars(reader))
            else:
                exec(code, vars(reader))


async def test_a_block_that_is_wrong_names_its_line(reader: ModuleType) -> None:
    text = "One.\n\n```python\nx = 1\n```\n\nTwo.\n\n```python\nassert x == 2\n```\n"
    (_, first), (line, second) = blocks(text)
    exec(first, vars(reader))
    with pytest.raises(AssertionError) as caught:
        exec(compiled(line, second), vars(reader))
    assert caught.traceback[-1].lineno == 9
