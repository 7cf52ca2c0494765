"""Where do sentences and paragraphs begin?

In the examples `|` marks the places where a sentence must begin.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searcher.analysis.boundaries import boundaries
from searcher.analysis.tokens import token_spans
from tests.growth import LINEAR, growth


def sentence_offsets(text: str) -> list[int]:
    spans = token_spans(text)
    return [spans[position][0] for position in boundaries(text, spans)[0]]


def check(marked: str) -> None:
    """Compare with the marks in `marked`; a mark stands for no text."""
    parts = marked.split("|")
    text = "".join(parts)
    expected, at = [], 0
    for part in parts:
        # A sentence begins at its first token, after any opening quote.
        expected.append(at + token_spans(part)[0][0])
        at += len(part)
    found = sentence_offsets(text)
    assert [text[a:][:20] for a in found] == [text[a:][:20] for a in expected]


ENGLISH = [
    "The harbour was closed. |No ship left.",
    "Gen. Haftar spoke. |Mr. Smith and Mrs. Jones of the Rev. Brown's church listened.",
    "The U.S. Embassy stayed open. |It is in the U.S. |The rest left.",
    "He lives in the U.S. and works for the U.N. Security Council.",
    "J. K. Rowling and George W. Bush met. |They talked.",
    "Shares of Acme Inc. rose. |He works for Acme Inc. |Shares rose.",
    "Acme Corp. Chairman Ann Smith sold Beta Co. Ltd. on Friday.",
    "Acme Inc. (ACME.N) said so.",
    "It opened at 9 a.m. Monday and shut at 5 p.m. EST. |It was late.",
    "It opened at 9 a.m. |Crowds came.",
    "The trial begins Jan. 5, says No. 10. |He said no. |Then he left.",
    "It ended in Dec. |Analysts were glad.",
    "She lives in Arcadia, Ind. |Ryan visited her.",
    "Sen. Dole, R-Kan. and chairman, of Lawrence, Kan., spoke.",
    "From WASHINGTON, D.C. -- Text follows.",
    "TRIPOLI, Libya (AP) -- Fighting went on. |It was fierce.",
    "It cost $3.5 million. |It was 1,000.50 too much in 2019. |Nobody paid.",
    "He wondered ... and left. |She stayed… |Nobody knew.",
    '"Why?" he asked. |"Because!" |She laughed.',
    '"Why now?" Lt. Gov. Ann Smith asked. |Nobody answered.',
    '"Where are they?" |The crowd grew.',
    "He said ``Stop.'' |Then he left.",
    "“We won.” |They cheered (loudly.) |Then they slept.",
    "Really?! |Yes! |Who knows?",
    "Yahoo! shares fell. |Yahoo! |The shares rose.",
    "The new iPhone sold. |eBay did not.",
    "e.g. oil, i.e. Brent crude, vs. Other kinds.",
    "1. Turn left. |2. Turn right.",
    "Q. Why did you go?",
    "The airport was closed.|The road was not.|“We wait.”|In town all was quiet.",
    "Up by 2020.|The price rose 8.3%.|Analysts at Amazon.Com and BBC.Co.Uk agreed.",
    "It left the UK.|At home it sold an SUV.|Ford built it.",
    "See TWX.N, 600.SS and www.Example.Com for more.",
    "Martin Luther King Jr. Day came. |Sammy Davis Jr. |The singer sang.",
    "MR. SMITH CAME. |HE LEFT.",
    "They're from Ohio. |They like it in the U.S. |They're staying.",
]

OTHERS = [
    "Am 3. Oktober kam Dr. Müller z.B. nach Berlin. |Er blieb.",
    "Das kostet 5 Mio. Euro. |Mehr nicht.",
    "M. Macron est arrivé. |Il parle.",
    "El Sr. García llegó. |Habló poco.",
    "Он приехал. |Она уехала.",
    "北京。|上海！|好？|「是。」|我们",
    "यह है। |वह था।",
    "هل جاء؟ |نعم. |لا",
    "これは本です。|あれは山です。",
]


@pytest.mark.parametrize("marked", ENGLISH + OTHERS)
def test_sentences_begin_where_they_are_marked(marked: str) -> None:
    check(marked)


def test_a_blank_line_parts_paragraphs_and_sentences() -> None:
    text = "First paragraph\n\nsecond one. More\n \t\nthird\nstill third\u2029fourth\r\n\r\nfifth"
    spans = token_spans(text)
    sentences, paragraphs = boundaries(text, spans)
    assert [text[spans[p][0] :].split()[0] for p in paragraphs] == [
        "First",
        "second",
        "third",
        "fourth",
        "fifth",
    ]
    assert [text[spans[p][0] :].split()[0] for p in sentences] == [
        "First",
        "second",
        "More",
        "third",
        "fourth",
        "fifth",
    ]


def test_a_single_line_break_is_only_a_space() -> None:
    check("The line goes\non here. |It ends\nthere.")


def test_blank_lines_without_words_between_make_no_empty_paragraph() -> None:
    text = "\n\n * * * \n\nOne\n\n---\n\n\n\nTwo\n\n"
    assert boundaries(text, token_spans(text)) == ([0, 1], [0, 1])


def test_text_without_words_has_no_boundaries() -> None:
    assert boundaries("", []) == boundaries("...\n\n!", []) == ([], [])


@given(st.text(st.sampled_from("aB1.!?\"')… \n。U.S"), max_size=60) | st.text(max_size=60))
def test_boundaries_ascend_from_zero_and_paragraphs_open_sentences(text: str) -> None:
    spans = token_spans(text)
    sentences, paragraphs = boundaries(text, spans)
    for starts in (sentences, paragraphs):
        assert starts == sorted(set(starts))
        assert starts[:1] == ([0] if spans else [])
        assert not starts or starts[-1] < len(spans)
    assert set(paragraphs) <= set(sentences)


@given(st.lists(st.sampled_from(["Truce held.", "No. 5 fell.", "Why?", "The U.S."]), min_size=1))
def test_a_paragraph_is_split_alike_wherever_it_stands(parts: list[str]) -> None:
    text = "\n\n".join(parts)
    spans = token_spans(text)
    expected, before = [], 0
    for part in parts:
        own = token_spans(part)
        expected += [before + start for start in boundaries(part, own)[0]]
        before += len(own)
    assert boundaries(text, spans)[0] == expected


@pytest.mark.parametrize("unit", [".", '?" ', "\n", "\n ", "a.\n\n", "U.S. ", '."', "A.B "])
def test_time_is_linear_in_awkward_text(unit: str) -> None:
    def run(times: int) -> None:
        for end in (" B", "x", "\n"):
            text = "a" + unit * times + end
            boundaries(text, token_spans(text))

    assert growth(run, 10_000) < LINEAR
