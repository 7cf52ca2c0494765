"""How does the index lie on disk?

In segments of two kinds, and small files that say which of them make a commit.  Nothing
that is read is unpickled.

What is kept, and where:
    schema.py            which terms, columns and stored fields an article becomes
    manifest.py          what a commit is made of: segments, files, checksums
    segment_records.py   one segment in a manifest
    generations.py       which commit is the newest
    sources.py           the files that articles were read from
    groups.py            which articles of a commit are copies of which
    stories.py           which of them are about one event
    texts.py             what is kept beside a segment so that copies are found
    settings.py          what each folder was indexed with
    name_sets.py         the sets of names that were saved
    segment_lookup.py    which document of a segment has an id or comes from a file
    contents.py          the table of contents, for stock Whoosh

Reading segments:
    segments.py          the one interface to both kinds
    native_segment.py    native ones; `core.py` finds the native core, and the interface
                         to it is `_native.pyi`
    native_codec.py      the same, for Whoosh's classes
    plain_segment.py     plain ones: Whoosh's layout, without its pickles
    plain.py             the codec of plain segments, and its readers
    plain_tables.py      their term dictionary
    plain_columns.py     their columns
    postings.py          their posting lists
    boundaries.py        where sentences and paragraphs begin, in few bytes
    deflated.py          compressed blocks that cannot grow without bound
    positioned.py        a file read at positions, compared with its checksum first

Files that last, and what is believed of them:
    checksums.py         is a file what was written?
    storage.py           durable files: written, synced, renamed
    kernel_locks.py      one process at a time, also when it dies
    directory.py         nothing outside the directory, through no link
    forks.py             what a forked process must not share
    damage.py            one error for whatever broken bytes raise

The paths of the codecs' and segments' classes are written into Whoosh's table of contents,
so they are part of the format and must not be renamed.
"""
