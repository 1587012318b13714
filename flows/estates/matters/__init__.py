"""A matter: opened, its facts, its parties, its states, the docket."""
