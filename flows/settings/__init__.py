"""What a manager sets: practice settings, limits beyond the law, tables, creditors, contracts with agencies."""
