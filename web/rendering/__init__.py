"""How responses are drawn, and what is added to every response."""
