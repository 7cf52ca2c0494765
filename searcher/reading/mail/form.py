"""Which article is in the answers to a form that came by mail?

Newsrooms without a system of their own let their writers fill in a form on the web, which
mails the answers as one JSON object: `{"Headline": ["..."], "Body": ["..."], ...}`, each
answer a text or a list of texts.  It is a record as in any file of JSON; the mail gives what
the form does not ask: when it was sent, and its identity.

A headline and a text are needed, or else the mail is one about JSON.
"""

from __future__ import annotations

import json
from dataclasses import replace

from searcher.article import Article
from searcher.errors import ReadError
from searcher.reading.json.records import article_of_json
from searcher.reading.source import Options

__all__ = ["with_answers"]

_LONGEST = 1 << 20


def with_answers(mail: Article, options: Options) -> Article:
    """Return the article that the text of `mail` holds as answers to a form, else `mail`."""
    answers = _answers_in(mail.body)
    if answers is None:
        return mail
    try:
        found = article_of_json(
            answers, name=mail.path or "", number=None, encoding=None, options=options, context={}
        )
    except ReadError:
        return mail
    if found is None or not (found.title and found.body):
        return mail
    return replace(
        found,
        id=mail.id,
        date=mail.date,
        date_text=mail.date_text,
        source=found.source or mail.source,
        metadata={**found.metadata, **mail.metadata},
    )


def _answers_in(text: str) -> dict[str, str] | None:
    text = text.strip()
    if not (text.startswith("{") and text.endswith("}")) or len(text) > _LONGEST:
        return None
    try:
        # Forms put line ends into strings as they are.
        answers = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None
    found: dict[str, str] = {}
    for key, answer in answers.items():
        several = answer if isinstance(answer, list) else [answer]
        if not all(isinstance(one, str) for one in several):
            return None
        if given := "\n\n".join(one for one in several if one.strip()):
            found[key] = given
    return found
