"""Records that may be of the same person: found at import, on hold until decided, joined and separated."""
