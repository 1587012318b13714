"""The schedules a manager set: published, listed, compared."""
