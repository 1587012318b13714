"""What pastdue does: the packages of the engine, and above them the business day."""
