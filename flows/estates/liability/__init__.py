"""Who answers in a dead person's place: a spouse, or the guarantor who lives."""
