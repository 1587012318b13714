"""The chart of a report: bars, or lines over months. The table below it has every number."""

from collections.abc import Sequence
from itertools import islice

from flows.reports.model import Column, Row, Table
from web.pages.report_reading import Reading
from web.rendering.charts import Bars, bars
from web.rendering.charts import Given as GivenBar
from web.rendering.line_charts import Figure, Lines, line_chart

MOST_BARS = 24
MOST_LINES = 6


def chart_of(reading: Reading, table: Table) -> Bars | Lines | None:
    """The chart of a report: lines if its first group is a month, otherwise bars; None without groups."""
    chart, by = reading.report.chart, reading.asked.by
    if chart is None or not by:
        return None
    column = next((one for one in table.columns if one.name == chart.columns[0]), None)
    first = reading.report.dimension(by[0])
    if column is None:
        return None
    lines_of_months = _lines(reading, table, column) if first is not None and first.months else None
    return lines_of_months or _bars(reading, table, column)


def _bars(reading: Reading, table: Table, column: Column) -> Bars | None:
    heads = [one for one in table.columns if one.name in reading.asked.by]
    given = [
        GivenBar(_label(reading, heads, row), *_figure(reading, column, row)) for row in islice(table.rows, MOST_BARS)
    ]
    return bars(column.title, given) if given else None


def _lines(reading: Reading, table: Table, column: Column) -> Lines | None:
    """A line for each combination of the other groups, the largest ones; rows without a month are in the table only."""
    month, heads = reading.asked.by[0], [one for one in table.columns if one.name in reading.asked.by[1:]]
    found: dict[str, dict[str, Figure]] = {}
    for row in table.rows:
        if isinstance(row[month], str) and row[column.name] is not None:
            found.setdefault(_label(reading, heads, row), {})[str(row[month])] = _figure(reading, column, row)
    largest = sorted(found, key=lambda name: -sum(abs(one.amount) for one in found[name].values()))
    given = {name: found[name] for name in largest[:MOST_LINES]}

    def says(amount: float) -> str:
        return reading.says(column, round(amount) if amount == round(amount) else round(amount, 2))

    return line_chart(column.title, given, says, len(found) - len(given))


def _label(reading: Reading, heads: Sequence[Column], row: Row) -> str:
    return " · ".join(reading.says(head, row[head.name]) for head in heads)


def _figure(reading: Reading, column: Column, row: Row) -> Figure:
    drill, value = reading.report.drill, row[column.name]
    link = reading.opened(row, column.name) if drill is not None and column.name in drill.measures else ""
    return Figure(float(value or 0), reading.says(column, value), link)  # pyright: ignore[reportArgumentType]
