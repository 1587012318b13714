"""What the law asks about an account and only a person or a mailed letter can tell."""
