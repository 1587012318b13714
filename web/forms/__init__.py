"""What somebody typed: read, checked, shown again, never lost."""
