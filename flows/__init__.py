"""What pastdue does: the rooms of the engine, and above them the day."""
