"""What is claimed from an estate, whether it is worth it, and what is agreed instead."""
