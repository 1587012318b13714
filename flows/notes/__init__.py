"""What staff write down on an account."""
