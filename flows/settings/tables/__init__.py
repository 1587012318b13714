"""Tables that a manager edits as text: how one is read, published and found."""
