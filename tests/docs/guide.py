"""Guides whose blocks of Python are run from top to bottom, as a reader types them."""

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, ModuleType

BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
DOCS = Path(__file__).parents[2] / "docs"


def blocks(text: str) -> Iterator[tuple[int, str]]:
    """Each block of Python with the number of the line it begins on."""
    for found in BLOCK.finditer(text):
        yield text.count("\n", 0, found.start(1)) + 1, found[1]


def compiled(path: Path, line: int, source: str) -> CodeType:
    """The block as code in which `await` may stand anywhere and errors name the guide's lines."""
    padded = "\n" * (line - 1) + source
    code = compile(padded, str(path), "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    assert isinstance(code, CodeType)
    return code


async def run_block(code: CodeType, reader: ModuleType) -> None:
    """Have the reader run a block."""
    if code.co_flags & inspect.CO_COROUTINE:
        await eval(code, vars(reader))
    else:
        exec(code, vars(reader))
