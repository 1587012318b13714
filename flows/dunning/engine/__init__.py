"""What is due, decided and done: each night for every account, and forward in memory for a forecast."""
