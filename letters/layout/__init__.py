"""How the page of a letter is drawn."""
