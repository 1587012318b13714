"""Facts that the law requires of an account: notices given, screenings done, each with its date."""
