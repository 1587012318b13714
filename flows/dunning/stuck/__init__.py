"""Stuck accounts: the reason, who releases it, and actions for all of them."""
