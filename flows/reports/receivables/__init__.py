"""Reports on what is owed."""
