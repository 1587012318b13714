"""A placement with an agency: chosen, started, monitored, answered, ended."""
