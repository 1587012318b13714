"""The claim against an estate, whether it is worth filing, and compromises."""
