"""What an estate pays, still has to pay, and what comes back."""
