"""What may an assistant call?

`TOOLS` is the one table: a name, what it is for, the structs of its arguments and of its answer,
and the function that answers (`assistant_answers.py`).  All of them only read.  What is said here
is said to a model: it is ours to the last word, and nothing of any article is in it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec

from searcher.serving import assistant_answers as answers
from searcher.serving import assistant_shapes as shapes

__all__ = ["BY_NAME", "TOOLS", "Tool"]


@dataclass(frozen=True, slots=True)
class Tool:
    """One row of the table.

    Arguments:
        name: what it is called by.
        title: what people see.
        description: what it is for, said to the assistant.
        arguments, answer: the structs that it takes and gives.
        use: what answers; called in a thread.
    """

    name: str
    title: str
    description: str
    arguments: type[shapes.Arguments]
    answer: type[shapes.Answer]
    use: Callable[[answers.Question, Any], shapes.Answer]

    @property
    def input_schema(self) -> dict[str, Any]:
        """JSON Schema of the arguments."""
        return _schema(self.arguments)

    @property
    def output_schema(self) -> dict[str, Any]:
        """JSON Schema of the answer."""
        return _schema(self.answer)


def _schema(struct: type[msgspec.Struct]) -> dict[str, Any]:
    """The schema of a struct, with the object itself at the root, as MCP asks."""
    whole = msgspec.json.schema(struct)
    definitions = dict(whole.get("$defs", {}))
    root: dict[str, Any] = dict(definitions.pop(whole["$ref"].rpartition("/")[2]))
    return {**root, "$defs": definitions} if definitions else root


TOOLS: tuple[Tool, ...] = (
    Tool(
        "search",
        "Search the archive",
        "Search a news archive. Returns how many articles match, how the query was read, and the "
        "best of them, each with the sentence that has most of the query as a citation: the "
        "words, their offsets in the stored body and its hash. Bare words find any of them, the "
        'best articles first; AND, OR, NOT, "phrases", w/5 (within 5 words), since:2008-05, '
        "until:2009, source:, byline:, title: mean exactly what they say. Read the resource "
        "searcher://query-language for the rest.",
        shapes.SearchArguments,
        shapes.SearchAnswer,
        answers.search,
    ),
    Tool(
        "get_article",
        "Read an article",
        "Read an article by its id, in numbered paragraphs with their offsets in the stored body. "
        "Long articles come in parts; the note says how to go on.",
        shapes.ArticleArguments,
        shapes.ArticleAnswer,
        answers.get_article,
    ),
    Tool(
        "find_in_article",
        "Find places in an article",
        "Every place where one article has words of a query, as citations with what stands on "
        "either side.",
        shapes.FindArguments,
        shapes.FindAnswer,
        answers.find_in_article,
    ),
    Tool(
        "count",
        "Count articles",
        "How many articles match a query, and how all of them are spread over years, months, "
        "weeks, days, sources, bylines, sections or languages. Exact, over the whole archive.",
        shapes.CountArguments,
        shapes.CountAnswer,
        answers.count,
    ),
    Tool(
        "explain",
        "Explain a query",
        "What a query means, how many articles each part of it finds by itself, which words it "
        "stands for, and why it finds nothing, if it does.",
        shapes.ExplainArguments,
        shapes.ExplainAnswer,
        answers.explain,
    ),
    Tool(
        "verify_quote",
        "Check a quotation",
        "Whether an article, or any article, says these words: exact (to the character), folded "
        "(other type only), elsewhere (not in that article but in these), altered (the nearest "
        "passage, with every difference) or absent. No word may be dropped, added or changed. "
        "Call it for every quotation before giving it, with the id of the article it is from.",
        shapes.VerifyArguments,
        shapes.VerifyAnswer,
        answers.verify_quote,
    ),
    Tool(
        "coverage",
        "What the archive has",
        "How many articles there are, of which time, sources and languages, and the months "
        "without any. An answer of nothing is worth no more than this.",
        shapes.NoArguments,
        shapes.CoverageAnswer,
        answers.coverage,
    ),
)
"""What an assistant may call."""

BY_NAME = {tool.name: tool for tool in TOOLS}
