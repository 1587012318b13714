"""When the day runs: the wait for the nightly run, the process that runs it, Prefect's own scheduler."""
