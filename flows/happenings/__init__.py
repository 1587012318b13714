"""What happens to accounts outside of their schedule, and what the schedule says should follow."""
