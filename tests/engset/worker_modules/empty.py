"""Only borrows a worker."""

from tests.engset.worker_modules.good import Greet

__all__ = ["Greet"]
