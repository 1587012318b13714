"""What agencies collect: posted, checked against the contract, and reconciled."""
