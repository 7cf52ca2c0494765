"""Searcher: a search engine for the news archive that you hold yourself.

    from searcher import Archive

    archive = Archive.open_or_create("index")
    archive.index("corpus/")
    for hit in archive.search('"humanitarian truce"'):
        print(hit.score, hit.title)

Names are imported when they are first used, so that a command pays only for what
it needs (PEP 562).
"""

# Nothing is imported here: `python -m searcher` runs this file before it can take the
# current folder off the path.  Type checkers take this name for typing's.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from searcher.alerting.alerts import Alerts
    from searcher.alerting.rehearsal import Rehearsal
    from searcher.alerting.ringing import AlertFailure, Ringing, RunReport
    from searcher.alerting.saved import Alert
    from searcher.archive import Archive
    from searcher.article import Article
    from searcher.comparing.articles import ArticleDiff, ChangedValue
    from searcher.comparing.edits import Edit
    from searcher.comparing.texts import DiffSpan, TextDiff
    from searcher.errors import (
        AlertError,
        ArticleError,
        ArticleNotFoundError,
        ClusterError,
        DeadlineError,
        EvaluationError,
        ExportError,
        FieldError,
        IndexDamagedError,
        IndexLockedError,
        IndexMissingError,
        IndexStateError,
        NameSetError,
        QueryError,
        ReadError,
        SearcherError,
        SelectionError,
        ServingError,
    )
    from searcher.evaluation.reports import Change, Comparison, Evaluation, evaluate_run
    from searcher.evaluation.topics import Topic
    from searcher.exporting.destination import ByteStream
    from searcher.exporting.run import ExportReport
    from searcher.fields import Field, FieldTable
    from searcher.indexing.check import CheckReport, FileCheck
    from searcher.indexing.interrupts import IndexingInterrupted
    from searcher.indexing.removing import Removal
    from searcher.indexing.report import ArticleChange, LeftOutPath, Progress, Report, UnusedMapKey
    from searcher.indexing.writer import IndexWriter
    from searcher.query import Node, parse
    from searcher.query.notes import Note
    from searcher.reading import LeftOut, MapUse, UnusedKey, read
    from searcher.recording.files import append_record, read_records
    from searcher.recording.record import RecordedArchive, RecordedHit, SearchRecord
    from searcher.recording.replay import ArticleDifference, Replay, ReplayDifference
    from searcher.request import Request
    from searcher.scoring import Scoring
    from searcher.searching.citations import Citation
    from searcher.searching.copies import GroupedArticle, TextGroup
    from searcher.searching.coverage import Coverage
    from searcher.searching.explain import Closeness, Explanation, PartExplanation
    from searcher.searching.facets import Facet, FacetRow, Facets
    from searcher.searching.first import Covered, FirstMentions, Mention
    from searcher.searching.lines import Line, Lines
    from searcher.searching.marks import Marks
    from searcher.searching.names import NameVariants, Spelling
    from searcher.searching.nothing import Nothing, PartCount
    from searcher.searching.quotations import Appearance, Attribution, Difference, Piece, Quotation
    from searcher.searching.quote_checks import NearestPassage, QuoteCheck, QuotePlace
    from searcher.searching.related import Related, RelatedArticle
    from searcher.searching.results import Copies, CopyOf, Counts, Hit, Passage, Results, StoryOf
    from searcher.searching.scan import Scan, ScannedArticle
    from searcher.searching.silent_edits import EditedArticle, Edits, EditStep
    from searcher.searching.statistics import Statistics
    from searcher.searching.stories import Story, StoryArticle
    from searcher.searching.suggesting import Suggestion
    from searcher.searching.timeline import Timeline, TimelinePeriod, TimelineSeries
    from searcher.watching import WatchRound

__all__ = [
    "Alert",
    "AlertError",
    "AlertFailure",
    "Alerts",
    "Appearance",
    "Archive",
    "Article",
    "ArticleChange",
    "ArticleDiff",
    "ArticleDifference",
    "ArticleError",
    "ArticleNotFoundError",
    "Attribution",
    "ByteStream",
    "Change",
    "ChangedValue",
    "CheckReport",
    "Citation",
    "Closeness",
    "ClusterError",
    "Comparison",
    "Copies",
    "CopyOf",
    "Counts",
    "Coverage",
    "Covered",
    "DeadlineError",
    "DiffSpan",
    "Difference",
    "Edit",
    "EditStep",
    "EditedArticle",
    "Edits",
    "Evaluation",
    "EvaluationError",
    "Explanation",
    "ExportError",
    "ExportReport",
    "Facet",
    "FacetRow",
    "Facets",
    "Field",
    "FieldError",
    "FieldTable",
    "FileCheck",
    "FirstMentions",
    "GroupedArticle",
    "Hit",
    "IndexDamagedError",
    "IndexLockedError",
    "IndexMissingError",
    "IndexStateError",
    "IndexWriter",
    "IndexingInterrupted",
    "LeftOut",
    "LeftOutPath",
    "Line",
    "Lines",
    "MapUse",
    "Marks",
    "Mention",
    "NameSetError",
    "NameVariants",
    "NearestPassage",
    "Node",
    "Note",
    "Nothing",
    "PartCount",
    "PartExplanation",
    "Passage",
    "Piece",
    "Progress",
    "QueryError",
    "Quotation",
    "QuoteCheck",
    "QuotePlace",
    "ReadError",
    "RecordedArchive",
    "RecordedHit",
    "Rehearsal",
    "Related",
    "RelatedArticle",
    "Removal",
    "Replay",
    "ReplayDifference",
    "Report",
    "Request",
    "Results",
    "Ringing",
    "RunReport",
    "Scan",
    "ScannedArticle",
    "Scoring",
    "SearchRecord",
    "SearcherError",
    "SelectionError",
    "ServingError",
    "Spelling",
    "Statistics",
    "Story",
    "StoryArticle",
    "StoryOf",
    "Suggestion",
    "TextDiff",
    "TextGroup",
    "Timeline",
    "TimelinePeriod",
    "TimelineSeries",
    "Topic",
    "UnusedKey",
    "UnusedMapKey",
    "WatchRound",
    "append_record",
    "evaluate_run",
    "parse",
    "read",
    "read_records",
]
__version__ = "0.1.0"

# Where each name is defined; the others are errors.
_HOMES = {
    "Alert": "searcher.alerting.saved",
    "AlertFailure": "searcher.alerting.ringing",
    "Alerts": "searcher.alerting.alerts",
    "Appearance": "searcher.searching.quotations",
    "Archive": "searcher.archive",
    "Article": "searcher.article",
    "ArticleChange": "searcher.indexing.report",
    "ArticleDiff": "searcher.comparing.articles",
    "ArticleDifference": "searcher.recording.replay",
    "Attribution": "searcher.searching.quotations",
    "ByteStream": "searcher.exporting.destination",
    "Change": "searcher.evaluation.reports",
    "ChangedValue": "searcher.comparing.articles",
    "CheckReport": "searcher.indexing.check",
    "Citation": "searcher.searching.citations",
    "Closeness": "searcher.searching.explain",
    "Comparison": "searcher.evaluation.reports",
    "Copies": "searcher.searching.results",
    "CopyOf": "searcher.searching.results",
    "Counts": "searcher.searching.results",
    "Coverage": "searcher.searching.coverage",
    "Covered": "searcher.searching.first",
    "DiffSpan": "searcher.comparing.texts",
    "Difference": "searcher.searching.quotations",
    "Edit": "searcher.comparing.edits",
    "EditStep": "searcher.searching.silent_edits",
    "EditedArticle": "searcher.searching.silent_edits",
    "Edits": "searcher.searching.silent_edits",
    "Evaluation": "searcher.evaluation.reports",
    "Explanation": "searcher.searching.explain",
    "ExportReport": "searcher.exporting.run",
    "Facet": "searcher.searching.facets",
    "FacetRow": "searcher.searching.facets",
    "Facets": "searcher.searching.facets",
    "Field": "searcher.fields",
    "FieldTable": "searcher.fields",
    "FileCheck": "searcher.indexing.check",
    "FirstMentions": "searcher.searching.first",
    "GroupedArticle": "searcher.searching.copies",
    "Hit": "searcher.searching.results",
    "IndexWriter": "searcher.indexing.writer",
    "IndexingInterrupted": "searcher.indexing.interrupts",
    "LeftOut": "searcher.reading",
    "LeftOutPath": "searcher.indexing.report",
    "Line": "searcher.searching.lines",
    "Lines": "searcher.searching.lines",
    "MapUse": "searcher.reading",
    "Marks": "searcher.searching.marks",
    "Mention": "searcher.searching.first",
    "NameVariants": "searcher.searching.names",
    "NearestPassage": "searcher.searching.quote_checks",
    "Node": "searcher.query",
    "Note": "searcher.query.notes",
    "Nothing": "searcher.searching.nothing",
    "PartCount": "searcher.searching.nothing",
    "PartExplanation": "searcher.searching.explain",
    "Passage": "searcher.searching.results",
    "Piece": "searcher.searching.quotations",
    "Progress": "searcher.indexing.report",
    "Quotation": "searcher.searching.quotations",
    "QuoteCheck": "searcher.searching.quote_checks",
    "QuotePlace": "searcher.searching.quote_checks",
    "RecordedArchive": "searcher.recording.record",
    "RecordedHit": "searcher.recording.record",
    "Rehearsal": "searcher.alerting.rehearsal",
    "Related": "searcher.searching.related",
    "RelatedArticle": "searcher.searching.related",
    "Removal": "searcher.indexing.removing",
    "Replay": "searcher.recording.replay",
    "ReplayDifference": "searcher.recording.replay",
    "Report": "searcher.indexing.report",
    "Request": "searcher.request",
    "Results": "searcher.searching.results",
    "Ringing": "searcher.alerting.ringing",
    "RunReport": "searcher.alerting.ringing",
    "Scan": "searcher.searching.scan",
    "ScannedArticle": "searcher.searching.scan",
    "Scoring": "searcher.scoring",
    "SearchRecord": "searcher.recording.record",
    "Spelling": "searcher.searching.names",
    "Statistics": "searcher.searching.statistics",
    "Story": "searcher.searching.stories",
    "StoryArticle": "searcher.searching.stories",
    "StoryOf": "searcher.searching.results",
    "Suggestion": "searcher.searching.suggesting",
    "TextDiff": "searcher.comparing.texts",
    "TextGroup": "searcher.searching.copies",
    "Timeline": "searcher.searching.timeline",
    "TimelinePeriod": "searcher.searching.timeline",
    "TimelineSeries": "searcher.searching.timeline",
    "Topic": "searcher.evaluation.topics",
    "UnusedKey": "searcher.reading",
    "UnusedMapKey": "searcher.indexing.report",
    "WatchRound": "searcher.watching",
    "append_record": "searcher.recording.files",
    "evaluate_run": "searcher.evaluation.reports",
    "parse": "searcher.query",
    "read": "searcher.reading",
    "read_records": "searcher.recording.files",
}


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module 'searcher' has no attribute {name!r}")
    from searcher.importing import InstalledOnly

    with InstalledOnly():
        from importlib import import_module

        return getattr(import_module(_HOMES.get(name, "searcher.errors")), name)


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
