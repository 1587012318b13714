"""Reports on agencies: what they have, what they collect, what they charge, and what they confirm."""
