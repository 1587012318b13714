"""One account from all sides: what it is, what happened to it, what happens next, and whether its history holds."""
