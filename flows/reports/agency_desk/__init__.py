"""What the placement desk shows: the queue, the files, the accounts at an agency, the money."""
