"""Letters taken back before they went."""
