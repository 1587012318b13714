"""A made-up practice: people who do not exist, their accounts, and their actions over a year."""
