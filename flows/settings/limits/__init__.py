"""What a manager makes stricter than the law, by creditor and state."""
