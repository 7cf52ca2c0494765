"""Given text, which terms?

`Analyzer` is the door of this room; its parts answer one question each:
`tokens` (where are the words), `folding` (which spelling is compared),
`stemming` (which words are inflections of one), `stopwords`, `boundaries`
(sentences and paragraphs), and for queries `patterns` and `distance`.
"""

from searcher.analysis.analyzer import AnalyzedText, Analyzer

__all__ = ["AnalyzedText", "Analyzer"]
