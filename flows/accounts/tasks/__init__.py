"""Work for people: what opens it, what closes it by itself."""
