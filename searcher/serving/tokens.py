"""Who may come in, and how is that remembered?

A token is a secret that its holder shows: programs in `Authorization: Bearer`, people once at
`/login`, after which a cookie stands for it.  The cookie names the token and the time, signed
with a key made of the token itself, so nothing is kept on the server, and a token that is taken
out of the file takes its cookies with it.

A token file is its owner's, and perhaps its group's: one that others may read is refused.  It is
read again when it has changed, so that a token can be given or taken away without a restart; a
change that cannot be read leaves things as they were, and the log says why.

It has one token on each line, `NAME TOKEN RIGHTS`, where the rights are `read` or
`read save`; `#` begins a comment.  Secrets are compared in constant time, and all of them each
time, so that how long it takes says nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import os
import re
import shlex
import stat
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from searcher.errors import ServingError
from searcher.opening import open_regular

__all__ = [
    "COOKIE_DAYS",
    "Token",
    "Tokens",
    "check_secret",
    "cookie_for",
    "read_tokens",
    "token_named",
    "token_of_cookie",
]

COOKIE_DAYS = 30
SHORTEST_TOKEN = 16
_MOST_BYTES = 1 << 20
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")
_RIGHTS = ("read", "save")
_LEEWAY_S = 300  # of clocks
_BETWEEN_LOOKS_S = 1.0
_LOG = logging.getLogger("searcher.serving")


@dataclass(frozen=True, slots=True)
class Token:
    """A secret, who has it, and what that one may do."""

    name: str
    secret: str = field(repr=False)
    may_save: bool = False


def read_tokens(path: str | os.PathLike[str]) -> tuple[Token, ...]:
    """The tokens in the file `path`.

    Raises:
        ServingError: it cannot be read, others may read it, or a line of it is no token.
    """
    return _read(os.fspath(path))[0]


def _read(shown: str) -> tuple[tuple[Token, ...], tuple[int, ...]]:
    """The tokens of a file, and what tells that it has changed."""
    try:
        with os.fdopen(open_regular(shown), "rb") as file:
            status = os.fstat(file.fileno())
            data = file.read(_MOST_BYTES + 1)
        text = data.decode("utf-8")
    except (OSError, UnicodeDecodeError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "is not UTF-8 text"
        raise ServingError(shown, f"cannot be read: {why}") from error
    if os.name == "posix" and status.st_mode & stat.S_IRWXO:
        raise ServingError(
            shown,
            "holds tokens, and others than its owner and group may open it",
            hint=f"run: chmod o= {shlex.quote(shown)}",
        )
    if len(data) > _MOST_BYTES:
        raise ServingError(shown, "is too large for a file of tokens")
    tokens = []
    for number, line in enumerate(text.splitlines(), 1):
        words = line.split("#", 1)[0].split()
        if words:
            tokens.append(_token(words, f"{shown}, line {number}"))
    names = [token.name for token in tokens]
    if len(set(names)) < len(names):
        raise ServingError(shown, "has two tokens of one name", hint="give each its own")
    if not tokens:
        raise ServingError(shown, "has no token", hint="write NAME TOKEN read on a line")
    return tuple(tokens), _marks_of(status)


def _marks_of(status: os.stat_result) -> tuple[int, ...]:
    return status.st_dev, status.st_ino, status.st_mtime_ns, status.st_ctime_ns, status.st_size


class Tokens:
    """The tokens of a server: those that it was given, or those of `path` as it is now.

    Arguments:
        given: what it begins with.
        path: the file, which is looked at once a second at most; None if there is none.
    """

    def __init__(self, given: Sequence[Token], path: str | None = None) -> None:
        self._tokens = tuple(given)
        self._path = path
        self._marks: tuple[int, ...] | None = None
        self._next_look_s = 0.0

    def __call__(self) -> tuple[Token, ...]:
        """Who may come in."""
        now_s = time.monotonic()
        if self._path is not None and now_s >= self._next_look_s:
            self._next_look_s = now_s + _BETWEEN_LOOKS_S
            self._look(self._path)
        return self._tokens

    def _look(self, path: str) -> None:
        try:
            marks = _marks_of(os.stat(path))
        except OSError:
            marks = ()
        if marks == self._marks:
            return
        self._marks = marks
        try:
            self._tokens, self._marks = _read(path)
        except ServingError as error:
            _LOG.error("tokens stay as they were: %s", error)


def _token(words: Sequence[str], where: str) -> Token:
    name, secret, *rights = (words[0], "", *words[1:]) if len(words) < 2 else words
    if not _NAME.fullmatch(name):
        raise ServingError(where, "has no name of small letters and digits first")
    check_secret(secret, where)
    if not rights or not set(rights) <= set(_RIGHTS) or "read" not in rights:
        raise ServingError(where, "must end with its rights", hint="read, or read save")
    return Token(name, secret, "save" in rights)


def check_secret(secret: str, where: str) -> str:
    """`secret`, if it is long enough to be none that somebody guesses.

    Raises:
        ServingError: it is not, with `where` it stands.
    """
    if len(secret) < SHORTEST_TOKEN or not secret.isascii() or not secret.isprintable():
        raise ServingError(
            where,
            f"has a token of less than {SHORTEST_TOKEN} characters, or of others than ASCII's",
            hint="make one: python3 -c 'import secrets; print(secrets.token_urlsafe())'",
        )
    return secret


def token_named(secret: str, tokens: Iterable[Token]) -> Token | None:
    """Which of `tokens` has this secret."""
    given = secret.encode("utf-8", "surrogateescape")
    found = None
    for token in tokens:
        if hmac.compare_digest(given, token.secret.encode()):
            found = token
    return found


def cookie_for(token: Token, *, now_s: float | None = None) -> str:
    """A text that stands for `token` for `COOKIE_DAYS` days."""
    said = f"{token.name}.{int(time.time() if now_s is None else now_s)}"
    return f"{said}.{_signature(token, said)}"


def token_of_cookie(
    cookie: str, tokens: Iterable[Token], *, now_s: float | None = None
) -> Token | None:
    """The token that `cookie` stands for; None if it was not made here or is too old."""
    said, _, signature = cookie.rpartition(".")
    name, _, made = said.rpartition(".")
    if not made.isascii() or not made.isdecimal() or len(made) > 12:
        return None
    age_s = (time.time() if now_s is None else now_s) - int(made)
    if not -_LEEWAY_S <= age_s <= COOKIE_DAYS * 86_400:
        return None
    given = signature.encode("utf-8", "surrogateescape")
    for token in tokens:
        if token.name == name and hmac.compare_digest(given, _signature(token, said).encode()):
            return token
    return None


def _signature(token: Token, said: str) -> str:
    key = hashlib.sha256(b"searcher cookie\0" + token.secret.encode()).digest()
    return hmac.new(key, said.encode(), hashlib.sha256).hexdigest()
