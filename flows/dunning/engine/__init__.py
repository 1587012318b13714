"""What is due, decided and done: by the night for every account, forward in memory for a forecast."""
