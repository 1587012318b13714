"""The nightly run: when it is due, which days it takes, and the process that waits for it beside the workspace."""
