"""Reports on calls: who makes them, when people answer, and whether they keep the rules."""
