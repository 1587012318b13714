"""Who is liable in place of the decedent: a spouse, or the living guarantor."""
