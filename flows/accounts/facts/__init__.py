"""Facts that the law asks of an account: notices given, screenings done, on a day."""
