"""What can go wrong, as one small tree that holds data.

    SearcherError
    ├── ArticleError       an Article was built from values that cannot be one
    ├── FieldError         a field of an archive's own cannot be called so
    ├── ReadError          a file, or one record of it, could not be read
    ├── QueryError         a query could not be understood
    ├── DeadlineError      a query was not answered in the time that it was given
    ├── ArticleNotFoundError  no article, or more than one, has an id
    ├── EvaluationError    topics or judgements cannot be evaluated as asked
    ├── ExportError        articles cannot be written as asked
    ├── NameSetError       a set of names is not there, or cannot be saved so
    ├── SelectionError     what is to be removed is not there, or may be several things
    ├── ServingError       an archive cannot be served as asked
    ├── AlertError         an alert, or the folder that alerts are kept in, cannot be used as asked
    └── IndexStateError    the index directory cannot be used as asked
        ├── IndexMissingError   nothing is there
        ├── IndexLockedError    another process is writing
        ├── IndexDamagedError   something is there, and it is broken or foreign
        └── ClusterError        a cluster does not answer, refuses, or cannot be used as asked

Every error keeps its facts as attributes (path, position, what was expected,
what was found) and ends its message with the next step, so that a caller can
act on the facts and a person on the message.  Nothing here prints.
"""

from __future__ import annotations

__all__ = [
    "AlertError",
    "ArticleError",
    "ArticleNotFoundError",
    "ClusterError",
    "DeadlineError",
    "EvaluationError",
    "ExportError",
    "FieldError",
    "IndexDamagedError",
    "IndexLockedError",
    "IndexMissingError",
    "IndexStateError",
    "NameSetError",
    "QueryError",
    "ReadError",
    "SearcherError",
    "SelectionError",
    "ServingError",
]


class SearcherError(Exception):
    """Any failure that Searcher foresees.  Catch this to catch them all."""


class ArticleError(SearcherError, ValueError):
    """An `Article` was given a value that it cannot hold.

    `field` names the argument, `expected` says what it takes, `got` is the value.
    """

    def __init__(self, field: str, expected: str, got: object) -> None:
        self.field = field
        self.expected = expected
        self.got = got
        super().__init__(f"article field {field}: expected {expected}, got {got!r}")


class FieldError(SearcherError, ValueError):
    """An archive was given a field of its own that it cannot have.

    `name` is the field, `expected` says what it should be.
    """

    def __init__(self, name: str, expected: str) -> None:
        self.name = name
        self.expected = expected
        super().__init__(f"field {name!r}: expected {expected}; choose another name")

    def __reduce__(self) -> tuple[object, ...]:
        return (FieldError, (self.name, self.expected))


class NameSetError(SearcherError, ValueError):
    """A saved set of names is not there, or cannot be saved as was asked.

    `name` is that of the set, `reason` says why not.
    """

    def __init__(self, name: str, reason: str) -> None:
        self.name = name
        self.reason = reason
        super().__init__(f"set of names {name[:40]!r}: {reason}; searcher names lists those saved")

    def __reduce__(self) -> tuple[object, ...]:
        return (NameSetError, (self.name, self.reason))


class ReadError(SearcherError):
    """A file, or one record of it, holds no article that can be read.

    `path` is the file, `reason` what is wrong, `record` the number of the record
    (from 1) and `line` the line (from 1) where that is known, `hint` the next step.
    `kind` names what the file is if it is whole and of a kind that is not read ("csv"):
    a run counts such files as left out, not as broken.
    """

    def __init__(
        self,
        path: str,
        reason: str,
        *,
        record: int | None = None,
        line: int | None = None,
        hint: str | None = None,
        kind: str | None = None,
    ) -> None:
        self.path = path
        self.reason = reason
        self.record = record
        self.line = line
        self.hint = hint
        self.kind = kind
        where = path
        if line is not None:
            where += f", line {line}"
        elif record is not None:
            where += f", record {record}"
        super().__init__(f"{where}: {reason}" + (f" ({hint})" if hint else ""))

    def __reduce__(self) -> tuple[object, ...]:
        # Errors travel from worker processes; keyword arguments need this.
        given = (self.path, self.reason, self.record, self.line, self.hint, self.kind)
        return (_rebuild_read_error, given)


def _rebuild_read_error(
    path: str,
    reason: str,
    record: int | None,
    line: int | None,
    hint: str | None,
    kind: str | None,
) -> ReadError:
    return ReadError(path, reason, record=record, line=line, hint=hint, kind=kind)


class QueryError(SearcherError, ValueError):
    """A query cannot be understood, or cannot be answered as it stands.

    `query` is the text, `position` and `end` the offending span in it (offsets in
    characters, `end` exclusive), `reason` what is wrong, `expected` what could
    stand there, `suggestion` a query or word to try.
    """

    def __init__(
        self,
        reason: str,
        *,
        query: str = "",
        position: int = 0,
        end: int | None = None,
        expected: str | None = None,
        suggestion: str | None = None,
    ) -> None:
        self.reason = reason
        self.query = query
        self.position = position
        self.end = position + 1 if end is None else end
        self.expected = expected
        self.suggestion = suggestion
        message = f"at {position}: {reason}"
        if expected:
            message += f"; expected {expected}"
        if suggestion:
            message += f"; {suggestion}"
        super().__init__(message)


class DeadlineError(SearcherError):
    """A query was not answered in the time that it was given; there is no answer.

    `timeout_s` is that time in seconds, `stage` what was being done when it had passed,
    `done` how far that was.
    """

    def __init__(self, timeout_s: float, stage: str, done: str = "") -> None:
        self.timeout_s = timeout_s
        self.stage = stage
        self.done = done
        super().__init__(
            f"no answer within {timeout_s:g} s: the time passed while {stage}"
            + (f" ({done})" if done else "")
            + "; ask for less, or give it more time (timeout=, --timeout)"
        )

    def __reduce__(self) -> tuple[object, ...]:
        return (DeadlineError, (self.timeout_s, self.stage, self.done))


class ArticleNotFoundError(SearcherError, KeyError):
    """No article has the id, or several have ids that begin so; `id` is what was given, and
    `is_ambiguous` says that there are several."""

    def __init__(self, id: str, reason: str, *, is_ambiguous: bool = False) -> None:
        self.id = id
        self.reason = reason
        self.is_ambiguous = is_ambiguous
        super().__init__(reason)

    def __str__(self) -> str:
        return self.reason  # KeyError's own is between quotes

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild_not_found, (self.id, self.reason, self.is_ambiguous))


def _rebuild_not_found(id: str, reason: str, is_ambiguous: bool) -> ArticleNotFoundError:
    return ArticleNotFoundError(id, reason, is_ambiguous=is_ambiguous)


class EvaluationError(SearcherError, ValueError):
    """Topics and judgements cannot be evaluated as asked.

    `kind` says what is in the way ("measure", "topic", "field", "file"), `name` which one,
    `reason` what is wrong, `hint` the next step.
    """

    def __init__(self, kind: str, name: str, reason: str, *, hint: str | None = None) -> None:
        self.kind = kind
        self.name = name
        self.reason = reason
        self.hint = hint
        super().__init__(f"{kind} {name}: {reason}" + (f"; {hint}" if hint else ""))


class ExportError(SearcherError):
    """Articles cannot be written as asked.

    `target` names what is in the way (the file, a field, a format, a library), `reason` what
    is wrong, `hint` the next step.
    """

    def __init__(self, target: str, reason: str, *, hint: str | None = None) -> None:
        self.target = target
        self.reason = reason
        self.hint = hint
        super().__init__(f"{target}: {reason}" + (f"; {hint}" if hint else ""))


class SelectionError(SearcherError, LookupError):
    """What somebody named in an index is not there, or may mean several things.

    `name` is what was given, `reason` what is wrong, `hint` the next step; `is_unknown`
    says that it is not there.
    """

    def __init__(
        self, name: str, reason: str, *, hint: str | None = None, is_unknown: bool = False
    ) -> None:
        self.name = name
        self.is_unknown = is_unknown
        self.reason = reason
        self.hint = hint
        super().__init__(f"{name}: {reason}" + (f"; {hint}" if hint else ""))


class AlertError(SearcherError):
    """An alert, or the folder that alerts are kept in, cannot be used as asked.

    `name` is the alert or the folder, `reason` what is wrong, `hint` the next step.
    """

    def __init__(self, name: str, reason: str, *, hint: str | None = None) -> None:
        self.name = name
        self.reason = reason
        self.hint = hint
        super().__init__(f"{name}: {reason}" + (f"; {hint}" if hint else ""))


class ServingError(SearcherError):
    """An archive cannot be served as asked.

    `subject` names what is in the way (an address, a file, a library), `reason` what is wrong,
    `hint` the next step.
    """

    def __init__(self, subject: str, reason: str, *, hint: str | None = None) -> None:
        self.subject = subject
        self.reason = reason
        self.hint = hint
        super().__init__(f"{subject}: {reason}" + (f"; {hint}" if hint else ""))


class IndexStateError(SearcherError):
    """The index directory cannot be used as asked.

    `path` is the index directory, `reason` what is wrong, `hint` the next step.
    """

    def __init__(self, path: str, reason: str, *, hint: str | None = None) -> None:
        self.path = path
        self.reason = reason
        self.hint = hint
        super().__init__(f"{path}: {reason}" + (f"; {hint}" if hint else ""))


class IndexMissingError(IndexStateError):
    """There is no index in this directory."""


class IndexLockedError(IndexStateError):
    """Another process is writing this index; `holder` is its process id, if known."""

    def __init__(
        self, path: str, reason: str, *, hint: str | None = None, holder: int | None = None
    ) -> None:
        super().__init__(path, reason, hint=hint)
        self.holder = holder


class IndexDamagedError(IndexStateError):
    """The index directory holds files that are broken or that Searcher did not write."""


class ClusterError(IndexStateError):
    """An archive on a cluster cannot be used as asked.

    `path` is its address without secrets, `reason` what is wrong, `hint` the next step; `host`
    is the one that answered, or did not, and `status` the number of its answer, where there is
    one.  `kind` is what a program can act on:

    unreachable     no connection
    timeout         no answer in time
    certificate     the certificate, or the name in it, is not to be trusted
    denied          user, password or key are wrong, or may not do this (401, 403)
    missing         there is no such index
    version         what answers is not OpenSearch 3
    analysis        the index was made by another version of the analysis
    disk            the disk is full, and the cluster takes nothing more
    shards          a part of the index did not answer
    busy            the cluster takes no more at once (429)
    too-large       the request was too large (413)
    refused         the cluster does not understand, or will not do, what was asked (400)
    not-offered     only an index directory answers that
    failed          the cluster failed at it (5xx)
    answer          what came back is not an answer
    address         the address cannot be one
    library         opensearch-py is not installed
    """

    def __init__(
        self,
        path: str,
        reason: str,
        *,
        kind: str,
        host: str | None = None,
        status: int | None = None,
        hint: str | None = None,
    ) -> None:
        self.kind = kind
        self.host = host
        self.status = status
        where = ", ".join(
            part for part in (host, f"status {status}" if status is not None else None) if part
        )
        super().__init__(path, f"{reason} ({where})" if where else reason, hint=hint)
        self.reason = reason

    def __reduce__(self) -> tuple[object, ...]:
        given = (self.path, self.reason, self.kind, self.host, self.status, self.hint)
        return (_rebuild_cluster_error, given)


def _rebuild_cluster_error(
    path: str,
    reason: str,
    kind: str,
    host: str | None,
    status: int | None,
    hint: str | None,
) -> ClusterError:
    return ClusterError(path, reason, kind=kind, host=host, status=status, hint=hint)
