"""Given text, which terms?

analyzer.py         the door of this room: a text as terms, by all of the below
tokens.py           where the words are
folding.py          which spelling is compared
elision.py          which words are dropped before an apostrophe
stemming.py         which words are inflections of one
english.py          which English words Snowball takes for one, and are not
stopwords.py        which words are too common to rank by
boundaries.py       where sentences and paragraphs begin
sentence_words.py   which words decide whether a full stop ends a sentence
languages.py        which language a code names
credits.py          which agencies an article credits
values.py           when two values (a source, a section, a name) are the same
patterns.py         for queries: which words fit `milit*`
"""

from searcher.analysis.analyzer import AnalyzedText, Analyzer

__all__ = ["AnalyzedText", "Analyzer"]
