"""Who comes, and whether they may."""
