"""What is only read: an account, a person, the dashboard, the mail of a day, agencies, work, who saw what."""
