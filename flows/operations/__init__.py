"""Operating an installation: backups and their restore, checks of the setup, the report of each night."""
