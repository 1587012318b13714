"""Lines over months: each figure at its place, a gap where a month has none, a scale of round numbers with zero."""

import pytest

from web.rendering.line_charts import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, Figure, line_chart, months_between, scale


def figures(**months: float) -> dict[str, Figure]:
    return {name[1:].replace("_", "-"): Figure(amount, f"${amount}", "") for name, amount in months.items()}


def test_a_line_goes_from_the_left_to_the_right_and_from_zero_to_the_top() -> None:
    chart = line_chart("Collected", {"": figures(m2026_01=0, m2026_02=50, m2026_03=100)}, str)
    assert chart is not None
    (one,) = chart.series
    assert [(point.x, point.y) for point in one.points] == [
        (LEFT, HEIGHT - BOTTOM),
        ((LEFT + WIDTH - RIGHT) / 2, (TOP + HEIGHT - BOTTOM) / 2),
        (WIDTH - RIGHT, TOP),
    ]
    assert one.path == f"M{LEFT}.0 280.0 L550.0 148.0 L980.0 16.0"
    assert [mark.says for mark in chart.months] == ["2026-01", "2026-02", "2026-03"]


def test_a_month_without_a_figure_breaks_the_line_and_keeps_its_place() -> None:
    chart = line_chart("Collected", {"A": figures(m2026_01=1, m2026_02=2, m2026_05=3), "B": figures(m2026_03=1)}, str)
    assert chart is not None
    assert [one.path.count("M") for one in chart.series] == [2, 1]
    assert len(chart.months) == 5


def test_one_month_has_no_line() -> None:
    assert line_chart("Collected", {"A": figures(m2026_01=1), "B": figures(m2026_01=2)}, str) is None
    assert line_chart("Collected", {}, str) is None


@pytest.mark.parametrize(
    ("amounts", "found"),
    [
        ([0, 100], [0, 50, 100]),
        ([3, 97], [0, 50, 100]),
        ([-10, 10], [-10, -5, 0, 5, 10]),
        ([0.4, 0.9], [0, 0.5, 1.0]),
        ([0, 0], [0, 0.5, 1.0]),
        ([-7], [-8, -6, -4, -2, 0]),
    ],
)
def test_the_scale_is_round_and_has_zero_and_every_amount(amounts: list[float], found: list[float]) -> None:
    assert scale(amounts) == pytest.approx(found)


def test_months_are_counted_over_the_end_of_a_year() -> None:
    assert months_between("2025-11", "2026-02") == ["2025-11", "2025-12", "2026-01", "2026-02"]


def test_of_many_months_a_few_are_named() -> None:
    long = {f"{2020 + place // 12}-{place % 12 + 1:02d}": Figure(place, "", "") for place in range(30)}
    chart = line_chart("Collected", {"": long}, str)
    assert chart is not None
    assert [mark.says for mark in chart.months][:3] == ["2020-01", "2020-04", "2020-07"]
