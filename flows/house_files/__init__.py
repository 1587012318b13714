"""Tables of the house that a manager can read and change: how calls are ranked, and how they can end."""
