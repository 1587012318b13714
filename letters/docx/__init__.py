"""Word files: templates compiled once, filled, combined, kept."""
