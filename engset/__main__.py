"""`python -m engset`."""

import sys

from engset.cli import main

sys.exit(main())
