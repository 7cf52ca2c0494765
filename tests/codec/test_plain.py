"""Does the plain codec write whole documents into whole files, and nothing else?"""

from __future__ import annotations

from pathlib import Path

import pytest
from whoosh import columns
from whoosh.filedb.filestore import FileStorage
from whoosh.reading import CorruptIndexError

from searcher.analysis import Analyzer
from searcher.codec.plain import PlainCodec
from searcher.codec.schema import make_schema
from tests.codec.damage_cases import make_index

NUMBERS = columns.NumericColumn("I")


def test_a_document_that_is_taken_back_leaves_nothing_behind(tmp_path: Path) -> None:
    codec, storage, schema = PlainCodec(), FileStorage(str(tmp_path)), make_schema(Analyzer("en"))
    segment = codec.new_segment(storage, "MAIN")
    writer = codec.per_document_writer(storage, segment)
    for number, title, is_whole in ((0, "Oil", False), (0, "Truce", True), (1, "Gas", False)):
        writer.start_doc(number)
        writer.add_field("title", schema["title"], title, len(title))
        writer.add_column_value("length", NUMBERS, len(title))
        if is_whole:
            writer.finish_doc()
        else:
            writer.cancel_doc()
    writer.start_doc(1)  # has none of these
    writer.finish_doc()
    writer.close()
    segment.set_doc_count(2)
    reader = codec.per_document_reader(storage, segment)
    assert reader.stored_fields(0) == {"title": "Truce"}
    assert list(reader.number_column("length", "I", 0)) == [len("Truce"), 0]
    assert len(reader.length_codes("title")) == 2 and not reader.length_codes("title")[1]
    assert segment._fieldlengths == {"title": len("Truce")}
    assert list(reader.number_column("digest", "Q", 7)) == [7, 7]  # never written
    with pytest.raises(CorruptIndexError):
        reader.stored_fields(1)
    reader.close()


def test_no_temporary_file_is_left(tmp_path: Path) -> None:
    make_index(tmp_path / "index", "plain")
    assert not [path for path in (tmp_path / "index").iterdir() if "tmp" in path.name]
