"""Files that everybody on the machine can read."""

import os
import stat
from pathlib import Path


def is_exposed(path: Path) -> bool:
    """Whether any account can read the file: its own mode, and the way to it, are open."""
    real = Path(os.path.realpath(path))
    try:
        return bool(real.stat().st_mode & stat.S_IROTH) and all(
            folder.stat().st_mode & stat.S_IXOTH for folder in real.parents
        )
    except OSError:
        return False
