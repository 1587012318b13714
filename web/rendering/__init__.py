"""How answers are drawn, and what goes around them."""
