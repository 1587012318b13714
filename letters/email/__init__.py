"""A letter as an e-mail: its message and its templates."""
