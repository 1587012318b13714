"""The engine that moves accounts along their schedules: enrollment, decisions, effects, reviews, stuck accounts."""
