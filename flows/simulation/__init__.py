"""Simulations of a schedule on the practice's own accounts: read, walked day by day in memory, summed. Nothing is
written."""
