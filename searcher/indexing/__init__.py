"""How do articles get in?

One session of changes:
    writer.py            how a program puts its own articles in
    session.py           the same by the batch, and commits
    versions.py          which of several texts with one identity is the article
    grouping.py          which groups a commit has, and stories
    copies.py            which articles are copies, at each commit
    native_copies.py     the same, worked out by the core
    plain_copies.py      and without it
    stories.py           which are about one event
    committed.py         what the last commit holds
    lock.py              one session at a time, whatever process it is in
    turns.py             one thread of a session at a time
    changes.py           what of a session those need who keep folders in agreement with it
    creating.py          an empty index
    merging.py           when segments are merged, and which
    check.py             reads all of an index and says what is wrong

The two kinds of segment that it makes:
    building.py          what both have in common
    segment_kinds.py     which one is made
    native_building.py   by the native core
    plain_building.py    through Whoosh's classes
    inversion.py         articles to postings, in Python

An index that agrees with folders of files:
    sync.py              one run
    folders.py           which files there are, and what is left out
    arriving.py          which of them have all of their bytes, where others write
    patterns.py          what `.searcherignore` and `--exclude` match
    saved_pages.py       the folders beside pages that browsers save
    planning.py          which files are read: the new, the changed, the moved
    twins.py             files of the same bytes
    run.py               reads them and commits now and then
    seen.py              which articles it has seen, in a few bytes each
    sampling.py          which pages are read first, to learn what outlets repeat
    workers.py           reading in processes of its own, watched
    children.py          one such process
    interrupts.py        Ctrl-C between two files
    pruning.py           what is gone from the disk
    removing.py          what somebody wants removed
    report.py            what was done
"""
