"""Work for people: what opens it, what closes it by itself, and how it is listed."""
