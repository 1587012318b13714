"""Credit balances and refunds: proposed, approved, paid, and watched."""
