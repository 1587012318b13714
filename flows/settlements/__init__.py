"""The offer to take less: proposed, approved by a manager, paid in time, or over."""
