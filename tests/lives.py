"""The number of lives in the long tests of what must always be true."""

import os

LIVES = int(os.environ.get("PASTDUE_LIVES", "200"))
"""Random lives of each such test in `make soak`."""
