"""Accounts that cannot move by themselves: why, who clears it, and what is done to all of them."""
