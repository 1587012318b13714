"""A stay with an agency: chosen, begun, watched, answered, ended."""
