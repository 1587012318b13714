"""Reviews at the gates of schedules: what waits for a manager, and what the manager decided."""
