"""Experiments: versions of a schedule that are tried against each other by chance, and compared on a fixed day."""
