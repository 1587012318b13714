"""Letters sent by e-mail: delivery, and what comes back."""
