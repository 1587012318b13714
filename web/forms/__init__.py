"""Form input: read, checked, shown again, never lost."""
