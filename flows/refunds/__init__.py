"""What is owed back: the worklist of credit balances, and each refund until it is paid out."""
