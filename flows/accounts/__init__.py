"""Accounts in their present state: what a decision reads, what can happen to them, and their holds, facts and tasks."""
