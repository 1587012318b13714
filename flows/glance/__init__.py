"""The house at a glance: what a manager asks in the morning and in the afternoon."""
