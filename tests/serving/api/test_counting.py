"""Are facets, timelines and numbers over HTTP those of the archive?"""

from __future__ import annotations

from tests.serving.conftest import Served


def test_facets_are_those_of_all_matches(served: Served) -> None:
    found = served.get("/api/v1/facets?q=the&field=source&field=year&limit=3").json()
    facets = served.archive.facets("the", ["source", "year"], limit=3)
    assert found["total"] == facets.total
    for shown, facet in zip(found["facets"], facets.facets, strict=True):
        assert shown["field"] == facet.by
        assert [(one["value"], one["count"]) for one in shown["values"]] == [
            (row.value, row.articles) for row in facet.rows
        ]
        assert (shown["other"], shown["missing"]) == (facet.other, facet.without)


def test_a_field_that_nothing_is_counted_by_is_named(served: Served) -> None:
    shares = served.get("/api/v1/facets?q=the&field=source&share=1").json()["facets"][0]
    with_share = served.archive.facets("the", "source", share=True).facets[0]
    for value, row in zip(shares["values"], with_share.rows, strict=True):
        assert (value["all"], value["share"]) == (row.archive, round(row.share or 0, 6))
    answer = served.get("/api/v1/facets?q=the&field=body")
    assert (answer.status_code, answer.json()["parameter"]) == (400, "field")


def test_a_timeline_has_every_match_in_a_bucket_or_undated(served: Served) -> None:
    found = served.get("/api/v1/timeline?q=the&by=year&share=1").json()
    buckets = found["buckets"]
    assert sum(bucket["count"] or 0 for bucket in buckets) + found["undated"] == found["total"]
    for bucket in buckets:
        assert bucket["from"] <= bucket["to"]
        if bucket["count"] is not None:
            assert bucket["share"] == round(bucket["count"] / bucket["all"], 6)


def test_the_numbers_name_no_folder(served: Served) -> None:
    found = served.get("/api/v1/stats").json()
    assert found["articles"] == len(served.archive)
    assert "path" not in found and "settings" not in found
