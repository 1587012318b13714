"""What a manager sets: how the practice works, limits beyond the law, tables, creditors, contracts with agencies."""
