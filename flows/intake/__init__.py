"""Files in; people, accounts and ledger out. What cannot be taken is written down with its line and its reason."""
