"""Reports on what the law asks for: assistance, disputes, complaints, and steps that a rule blocks."""
