"""The command `pastdue`."""


def main() -> None:
    """Run the command line."""
