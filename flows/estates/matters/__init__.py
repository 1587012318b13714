"""A matter: opening, facts, parties, states, the docket."""
