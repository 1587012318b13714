"""People who owe and are written to: found, reached, compared, and stopped for when they die."""
