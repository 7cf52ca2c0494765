"""Does the chart show the counts, and no more bars than can be told apart?"""

from __future__ import annotations

import datetime as dt
import re

import pytest

from searcher.serving.timeline import HEIGHT, MOST_PERIODS, UNIT, choose_period, draw, fitting
from tests.serving.conftest import Served


def bars(path: str) -> list[tuple[int, float]]:
    return [
        (int(x) // UNIT, float(height)) for x, height in re.findall(r"M(\d+) 100v-([\d.]+)h", path)
    ]


@pytest.mark.parametrize("by", ["month", "year"])
def test_each_bar_is_as_high_as_its_count(served: Served, by: str) -> None:
    timeline = served.archive.timeline("truce libya port", by=by)
    chart = draw(timeline)
    assert chart is not None
    counts = {n: row.articles[0] for n, row in enumerate(chart.rows) if row.articles[0]}
    most = max(count for count in counts.values() if count is not None)
    drawn = dict(bars(chart.bars))
    assert set(drawn) == set(counts)
    for place, count in counts.items():
        assert count is not None
        assert drawn[place] == pytest.approx(max(1.5, HEIGHT * count / most), abs=0.06)
    assert chart.width == UNIT * len(chart.rows) == UNIT * len(timeline.periods)
    assert sum(filter(None, (row.articles[0] for row in chart.rows))) + chart.undated[0] == (
        timeline.total
    )


def test_shares_are_of_the_articles_of_that_time(served: Served) -> None:
    chart = draw(served.archive.timeline("truce", by="year"), share=True)
    assert chart is not None and chart.peak is not None
    assert chart.peak.share == max(row.share for row in chart.rows if row.share is not None)


def test_several_queries_are_lines_and_silence_breaks_them(served: Served) -> None:
    chart = draw(served.archive.timeline("truce", "port", by="month"))
    assert chart is not None
    assert len(chart.lines) == 2 and not chart.bars
    silent = [place for place, row in enumerate(chart.rows) if row.articles[0] is None]
    assert silent
    for place in silent:
        assert f"{place * UNIT + UNIT // 2} " not in re.findall(r"[ML](\d+ )", chart.lines[0])
    assert chart.gaps.count("M") == len(silent)


def test_nothing_found_is_no_chart(served: Served) -> None:
    assert draw(served.archive.timeline("zzzz")) is None


@pytest.mark.parametrize("wanted", [None, "", "day", "week", "month", "year", "hour"])
@pytest.mark.parametrize("days", [1, 40, 500, 3_000, 40_000, 700_000])
def test_a_chart_never_has_too_many_periods(wanted: str | None, days: int) -> None:
    first = dt.date(1, 1, 1)
    last = first + dt.timedelta(days=days - 1)
    by = choose_period(wanted, first, last)
    if by != "year":
        assert days / {"day": 1, "week": 7, "month": 30}[by] <= MOST_PERIODS
    if wanted == "day" and days <= MOST_PERIODS:
        assert by == "day"


def test_an_archive_full_of_silence_is_shown_by_longer_periods(served: Served) -> None:
    timeline, by = fitting(lambda by: served.archive.timeline("*", by=by), None)
    assert by == "year"
    timeline, by = fitting(lambda by: served.archive.timeline("*", by=by), "month")
    assert by == timeline.by == "month"


def test_labels_are_as_wide_together_as_the_bars(served: Served) -> None:
    for by in ("day", "week", "month", "year"):
        chart = draw(served.archive.timeline("truce", by=by))
        assert chart is not None
        assert 1 <= len(chart.labels) <= 13
        assert sum(label.weight for label in chart.labels) <= len(chart.rows) + len(chart.labels)
        assert chart.labels[0].first == chart.first and chart.labels[-1].last == chart.last
