"""Letters that answer something: a dispute, a question, a check that came back."""
