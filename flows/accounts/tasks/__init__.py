"""Tasks for staff: what opens them, what closes them automatically."""
