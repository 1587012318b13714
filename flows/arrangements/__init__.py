"""Payment plans: quoted, agreed, watched, made up, ended; and settlements for less."""
