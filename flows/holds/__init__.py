"""Why nothing, or not this, may happen now: opened, cleared, and what follows from a death."""
