"""Payment plans: quoted, set up, monitored, resumed, ended; and settlement offers."""
