"""The ledger: amounts posted once, payments and checks, credits and refunds."""
