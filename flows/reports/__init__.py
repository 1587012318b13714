"""Read-only views: an account, a person, the dashboard, the mail of a day, agencies, tasks, the access log."""
