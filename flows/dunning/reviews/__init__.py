"""Reviews at the gates of schedules: pending ones, and the manager's decisions."""
