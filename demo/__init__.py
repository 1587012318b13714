"""A made-up practice: people who cannot be anyone, their accounts, and what they do in half a year."""
