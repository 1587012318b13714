"""When the day runs: the night that is waited for, the process that runs it, Prefect's own scheduler."""
