"""The pages of the workspace, one file for each kind of work."""
