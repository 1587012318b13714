"""Insurance that somebody names: billed before the patient is asked again."""
