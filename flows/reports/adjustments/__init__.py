"""Reports on write-offs, adjustments, refunds and bad debt."""
