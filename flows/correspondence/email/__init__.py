"""Letters sent by e-mail: delivery and replies."""
