"""Was this alert given its place on this machine, by this user?

An alert runs a program, or writes where its owner may write.  The folder that says so lies
beside the index, and may come with it: an archive that was unpacked belongs to whoever unpacked
it, whatever stranger packed it.  So permissions prove nothing, and each alert that is delivered
anywhere carries a seal: an HMAC-SHA-256 of the folder it is kept in, its name, its form and its
place or command, by a key that lies nowhere but with the user (`XDG_STATE_HOME`, else
`~/.local/state`; mode 0600; made when it is first needed).  An alert that was moved, copied,
changed or packed by others has no seal that fits, and is delivered only after its user has said
so.

What it does not do: protect the queries, or what has been reported.  Whoever may write the
folder can change those; they reach nothing but the place that was sealed.  Nor does it help
against programs that this user runs: these can read the key.

Source: RFC 2104 (HMAC); XDG Base Directory Specification 0.8.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import hmac
import json
import os
import re
import secrets
import shlex
import stat

from searcher.alerting.saved import Alert
from searcher.codec.directory import Directory
from searcher.errors import AlertError
from searcher.typography import visible

__all__ = ["check_seal", "deed_of", "is_sealed", "key_path", "seal_of"]

_KEY_NAME = "alert-key"
_KEY_BYTES = 32
_KEY = re.compile(rb"[0-9a-f]{64}\n")
_MOST_SHOWN = 2000


def deed_of(alert: Alert) -> str:
    """What an alert does when it rings, in words; nothing if it only prints."""
    if alert.command:
        return f"runs {visible(shlex.join(alert.command))}"
    return f"writes {alert.form} to {visible(alert.to)}" if alert.to is not None else ""


def seal_of(folder: str, alert: Alert) -> str:
    """The seal of `alert` in `folder`; none if it needs none, because it only prints.

    Raises:
        AlertError: the key cannot be read or made.
    """
    if not deed_of(alert):
        return ""
    return _seal(_key(alert.name, make=True) or b"", folder, alert)


def is_sealed(folder: str, alert: Alert, seal: str) -> bool:
    """Whether `seal` says that this user gave the alert `alert` in `folder` its place here.

    Raises:
        AlertError: the key is there and cannot be read.
    """
    if not deed_of(alert):
        return True
    key = _key(alert.name, make=False) if seal else None
    return key is not None and hmac.compare_digest(
        _seal(key, folder, alert).encode(), seal.encode("utf-8", "replace")
    )


def check_seal(folder: str, alert: Alert, seal: str) -> None:
    """See that it is so.

    Raises:
        AlertError: it is not; it says what the alert would do, and the next step.
    """
    if is_sealed(folder, alert, seal):
        return
    deed = deed_of(alert)
    shown = deed if len(deed) <= _MOST_SHOWN else deed[:_MOST_SHOWN] + "… (cut)"
    raise AlertError(
        alert.name,
        f"nothing is delivered, because it was not added here by you (no seal by {key_path()} "
        f"fits); it {shown}",
        hint=f"if that is what you want: searcher alert trust {alert.name}",
    )


def key_path() -> str:
    """Where the key of this user lies, whether it is there or not."""
    named = os.environ.get("XDG_STATE_HOME", "")
    if not os.path.isabs(named):  # as the specification says of others
        named = os.environ.get("LOCALAPPDATA", "") if os.name == "nt" else ""
    if not os.path.isabs(named):
        # Without HOME, as some timers run, this asks the system.
        named = os.path.join(os.path.expanduser("~"), ".local", "state")
    return os.path.join(named, "searcher", _KEY_NAME)


def _seal(key: bytes, folder: str, alert: Alert) -> str:
    parent, name = os.path.split(os.path.abspath(folder))
    place = os.path.join(os.path.realpath(parent), name)
    said = [place, alert.name, alert.form, alert.to, *alert.command]
    message = b"searcher alert 1 " + json.dumps(said, ensure_ascii=True).encode("ascii")
    return hmac.new(key, message, hashlib.sha256).hexdigest()


# ---------------------------------------------------------------- the key


def _key(alert: str, *, make: bool) -> bytes | None:
    """The key of this user; None if there is none and none is to be made."""
    path = key_path()
    folder, name = os.path.split(path)
    try:
        if not os.path.isabs(path):
            raise OSError(errno.ENOENT, "this user has no home")
        if make:
            os.makedirs(folder, mode=0o700, exist_ok=True)
        with Directory(folder) as directory:
            if not directory.exists(name):
                if not make:
                    return None
                _make_key(directory, name)
            return _read_key(directory, name)
    except FileNotFoundError as error:
        if not make and os.path.isabs(path):
            return None
        raise _unusable(alert, path, error) from error
    except OSError as error:
        raise _unusable(alert, path, error) from error


def _unusable(alert: str, path: str, error: OSError) -> AlertError:
    return AlertError(
        alert,
        f"the key that seals alerts, {path}, cannot be used: {error.strerror or error}",
        hint="mend that, or set XDG_STATE_HOME to a folder of yours",
    )


def _read_key(directory: Directory, name: str) -> bytes:
    descriptor = directory.open(name)
    try:
        status = os.fstat(descriptor)
        data = os.read(descriptor, 2 * _KEY_BYTES + 2)
    finally:
        os.close(descriptor)
    if hasattr(os, "geteuid"):
        if status.st_uid != os.geteuid():
            raise OSError(errno.EPERM, "it belongs to another user")
        if status.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise OSError(errno.EPERM, "others may read it; remove it, and trust the alerts anew")
    if not _KEY.fullmatch(data):
        raise OSError(errno.EINVAL, "it is damaged; remove it, and trust the alerts anew")
    return bytes.fromhex(data.decode("ascii"))


def _make_key(directory: Directory, name: str) -> None:
    """Make the key, whole or not at all; of two who make one at once, one does."""
    temporary = f"{name}.{os.getpid()}.{secrets.token_hex(4)}"
    descriptor = directory.create(temporary)
    with os.fdopen(descriptor, "wb") as file:
        if hasattr(os, "fchmod"):
            os.fchmod(descriptor, 0o600)
        file.write(secrets.token_hex(_KEY_BYTES).encode("ascii") + b"\n")
        file.flush()
        os.fsync(descriptor)
    try:
        directory.name_anew(temporary, name)
    finally:
        with contextlib.suppress(FileNotFoundError):
            directory.unlink(temporary)
    directory.sync()
