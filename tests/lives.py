"""How many lives the long tests of what must always hold live."""

import os

LIVES = int(os.environ.get("PASTDUE_LIVES", "200"))
"""Random lives of each such test in `make soak`."""
