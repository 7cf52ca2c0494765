"""Are tags that are kept those that would be made?"""

from __future__ import annotations

from pathlib import Path

from searcher import Archive, Article
from searcher.serving.caching import EntityTags


def test_a_tag_is_kept_for_its_url_until_the_next_commit(tmp_path: Path) -> None:
    with Archive.create(tmp_path / "index") as archive:
        tags = EntityTags(archive)
        assert tags.kept("url") is None
        tag = tags.make("/search", {"q": "truce"}, key="url", q="truce")
        assert tags.kept("url") == (tag, "truce")
        assert tags.kept("another") is None
        with archive.writer() as writer:
            writer.add(Article(id="1", title="Truce", body="A truce."))
        assert tags.kept("url") is None
        assert tags.make("/search", {"q": "truce"}, key="url") != tag
        assert tags.kept("url") is not None


def test_a_tag_of_a_set_of_names_is_never_kept(tmp_path: Path) -> None:
    with Archive.create(tmp_path / "index") as archive:
        tags = EntityTags(archive)
        archive.save_names("guests", ["Ada"])
        tag = tags.make("/search", {"q": "@guests"}, key="url")
        assert tags.kept("url") is None
        archive.save_names("guests", ["Grace"])
        assert tags.make("/search", {"q": "@guests"}, key="url") != tag


def test_long_urls_and_many_of_them_take_no_memory(tmp_path: Path) -> None:
    with Archive.create(tmp_path / "index") as archive:
        tags = EntityTags(archive)
        tags.make("/search", {"q": "a" * 5_000}, key="long")
        assert tags.kept("long") is None
        for number in range(2_500):
            tags.make("/search", {"q": "a"}, key=number)
        assert sum(tags.kept(number) is not None for number in range(2_500)) <= 1_000
        assert tags.kept(2_499) is not None
