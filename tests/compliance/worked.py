"""The cases that a lawyer worked out by hand."""

import csv
from pathlib import Path

CASES = Path(__file__).with_name("cases.csv")


def worked_cases() -> list[dict[str, str]]:
    with CASES.open() as file:
        return list(csv.DictReader(file))
