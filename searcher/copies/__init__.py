"""Which articles have the same text, and which are about one event?

Pure functions of words, without a disk: the one definition of copies, versions and stories,
which the plain path runs and the core repeats.  Nothing is hidden or deleted by it; folding is
a way of showing results.

    words.py           which words are compared, and the numbers that stand for them
    fingerprints.py    the few numbers by which texts that share a passage are found
    boilerplate.py     which fingerprints are footers and forms, and a text without them
    alignment.py       which words of two texts stand for each other
    verification.py    what a pair is by its words: a copy, a version, neither
    grouping.py        which of all articles are copies of which
    stories.py         which texts are about one event, within days
    gathered.py        articles held in memory, as grouping asks for them

**The contract with the core.**  Whoever repeats this in another language gives the same links
and groups, not similar ones.  All arithmetic is on whole numbers; 64-bit sums wrap; nothing is a
float.

Input: of each article that may be shown (it has no status) the forms of its body
in order, as the analyzer of the archive makes them; the title, for the word *correction* alone;
the day of publication (whole days since 1970, or none); its instant in microseconds (or none),
its number of words and its id, by which articles are ordered.

Output: of each article the number of its lead, and its links: to which lead, of what kind, and
the nine numbers of `Agreement`.

Byte forms: a word number is 8 bytes of BLAKE2b of the form in UTF-8, read little-endian; a text
key the same of all forms with one space between, its lowest bit the mark of a correction; a
fingerprint 32 bits.  Fingerprints of an article are a set, so their order is nobody's affair.

Ties are settled everywhere: of equal alignments by the steps in `alignment.py`, of two texts of
equal length the one with the smaller key is the shorter, of candidates that share equally many
fingerprints the earliest is taken.
"""
