"""`python -m bench [NAME ...] [--scale S] [--json]`: measured against peers and against the limit, in one run each."""

import argparse
import json
import sys
from collections.abc import Callable
from importlib import import_module

from bench.measured import Measured

BENCHES = {
    "advance-sqlite": ("bench.advance", "advance_sqlite"),
    "advance-postgres": ("bench.advance", "advance_postgres"),
    "whole-day": ("bench.whole_day", "whole_day"),
    "whole-day-postgres": ("bench.whole_day", "whole_day_postgres"),
    "tryton-dunning": ("bench.tryton", "dunning"),
    "tryton-letters": ("bench.tryton", "letters"),
    "tryton-day": ("bench.tryton", "day"),
    "flat-cost": ("bench.advance", "flat_cost"),
    "render": ("bench.render", "bench"),
    "reports": ("bench.reports", "reports_sqlite"),
    "reports-postgres": ("bench.reports", "reports_postgres"),
    "intake-book": ("bench.intake", "bench"),
    "law-check": ("bench.law", "law_check"),
    "call-list": ("bench.calls", "call_list"),
    "settle": ("bench.settle", "settle"),
    "agency-export": ("bench.agencies", "agency_export"),
    "agency-remit": ("bench.agencies", "agency_remit"),
    "estate-deadlines": ("bench.estates", "estate_deadlines"),
    "print-batch": ("bench.print_batch", "print_batch"),
    "same-person": ("bench.same_person", "bench"),
    "simulate": ("bench.simulate", "bench"),
    "web-simulated": ("bench.web", "web_simulated"),
    "web-p95": ("bench.web", "web_p95"),
    "web-p95-postgres": ("bench.web", "web_p95_postgres"),
}


def find(name: str) -> Callable[[float], list[Measured]]:
    """The benchmark of a name."""
    module, function = BENCHES[name]
    return getattr(import_module(module), function)


def main() -> None:
    """Run the named benchmarks, or all, and print a table or JSON."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", help=f"of {', '.join(BENCHES)} (default: all)")
    parser.add_argument("--scale", type=float, default=1.0, help="more work, for larger machines (default 1)")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    unknown = [name for name in asked.names if name not in BENCHES]
    if unknown:
        parser.error(f"no benchmark {', '.join(unknown)}; there are {', '.join(BENCHES)}")
    rows: list[Measured] = []
    for name in asked.names or BENCHES:
        print(f"{name} ...", file=sys.stderr)
        rows += find(name)(asked.scale)
    if asked.json:
        print(json.dumps(rows, indent=2))
        return
    print(f"{'name':18} {'per second':>12} {'ratio':>8}  {'against':16} note")
    for row in rows:
        print(f"{row['name']:18} {row['per_second']:12,.0f} {row['ratio']:8.2f}  {row['against']:16} {row['note']}")


if __name__ == "__main__":
    main()
