"""Word files: templates compiled once, filled, combined, stored."""
