"""The days that count in a matter: computed, reported before they come, kept as a calendar."""
