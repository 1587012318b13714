"""Business days: which may be run, which were run, and how they are passed as parameters."""
