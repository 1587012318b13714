"""Business days: which may be run, which were, and how they come as parameters."""
