"""Who may write an index?

One process at a time: the one that has the kernel's lock (flock) on `MAIN_WRITELOCK`, the
file that Whoosh's own writer locks too.  The kernel lets go of it when its holder dies, so
a lock is never left behind, and the file stays where it is.

The lock belongs to the process that took it.  A child shares the descriptor, and to unlock
it there would unlock the parent, so a child closes it and no more; then a dead parent's
lock is free although its children live.

The file may have been put there by someone else: it is opened without following links, and
nothing is written to it that is not a process id instead of another.
"""

from __future__ import annotations

import contextlib
import errno
import os

from searcher.codec.forks import belongs_here
from searcher.codec.generations import LOCK_NAME
from searcher.codec.kernel_locks import try_to_lock, unlock
from searcher.codec.storage import DurableStorage
from searcher.errors import IndexLockedError, IndexStateError

__all__ = ["WriteLock"]

_ATTEMPTS = 20
_MOST_DIGITS = 20


class WriteLock:
    """The write lock of the index in `storage`, taken.

    Raises:
        IndexLockedError: another process has it, or another session in this one.
        IndexStateError: it cannot be taken, because the directory cannot be written or
            something else has its name.
    """

    def __init__(self, storage: DurableStorage) -> None:
        self._directory = str(storage.folder)
        self._process = os.getpid()
        self._descriptor: int | None = None
        try:
            for _ in range(_ATTEMPTS):
                self._descriptor = _locked(storage, self._directory)
                if self._descriptor is not None:
                    break
        except OSError as error:
            raise _cannot_be_taken(self._directory, error) from error
        if self._descriptor is None:
            raise IndexStateError(
                self._directory,
                f"{LOCK_NAME} is removed again and again while it is locked",
                hint="find out which program does that, then try again",
            )
        belongs_here(self)
        _note_holder(self._descriptor, str(self._process).encode("ascii"))

    @property
    def is_held(self) -> bool:
        """Whether this process has the lock."""
        return self._descriptor is not None and self._process == os.getpid()

    def check_owner(self) -> None:
        """Raise `IndexStateError` in a process that was forked from the one that locked."""
        if self._process != os.getpid():
            raise IndexStateError(
                self._directory,
                f"the session of changes belongs to process {self._process}, which this one "
                "was forked from",
                hint="open the archive and begin a session of its own in this process",
            )

    def release(self) -> None:
        """Give it back, whatever else fails.  May be called again."""
        if not self.is_held:
            self.forked()
            return
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            try:
                _note_holder(descriptor, b"")
                # A copy of the descriptor that was made behind Python's back would keep it.
                with contextlib.suppress(OSError):
                    unlock(descriptor)
            finally:
                with contextlib.suppress(OSError):  # closed it is, whatever that says
                    os.close(descriptor)

    def forked(self) -> None:
        """Let go of it in a child: the parent's lock stays as it is."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            os.close(descriptor)

    def __del__(self) -> None:
        if getattr(self, "_descriptor", None) is not None:
            self.release()


def _locked(storage: DurableStorage, directory: str) -> int | None:
    """The descriptor of the lock file, locked; None if the file was replaced meanwhile."""
    descriptor = storage.directory.open_or_create(LOCK_NAME)
    try:
        if not try_to_lock(descriptor):
            raise _locked_by_another(directory, descriptor)
        mine, named = os.fstat(descriptor), storage.directory.status(LOCK_NAME)
        if (mine.st_dev, mine.st_ino) == (named.st_dev, named.st_ino):
            return descriptor
    except FileNotFoundError:
        pass
    except BaseException:
        os.close(descriptor)
        raise
    os.close(descriptor)
    return None


def _locked_by_another(directory: str, descriptor: int) -> IndexLockedError:
    holder = None
    with contextlib.suppress(OSError, ValueError):
        os.lseek(descriptor, 0, os.SEEK_SET)
        holder = int(os.read(descriptor, _MOST_DIGITS).decode("ascii") or "0") or None
    return IndexLockedError(
        directory,
        "another process is writing this index" + (f" (process {holder})" if holder else ""),
        hint="wait for it to end, then try again",
        holder=holder,
    )


def _cannot_be_taken(directory: str, error: OSError) -> IndexStateError:
    reason = error.strerror or str(error)
    if error.errno in (errno.ELOOP, errno.EISDIR, errno.EINVAL, errno.ENXIO, errno.EMLINK):
        return IndexStateError(
            directory,
            f"the lock {LOCK_NAME} is no file of Searcher's: {reason}",
            hint="remove that name, if no Searcher is writing here, and try again",
        )
    return IndexStateError(
        directory, f"cannot be written: {reason}", hint="mend the cause and try again"
    )


def _note_holder(descriptor: int, holder: bytes) -> None:
    """Write who has the lock, for the message that another process gets."""
    # The lock holds without it, and a file that holds anything else is not ours to empty.
    with contextlib.suppress(OSError):
        os.lseek(descriptor, 0, os.SEEK_SET)
        found = os.read(descriptor, _MOST_DIGITS + 1)
        if len(found) <= _MOST_DIGITS and (not found or found.isdigit()):
            os.lseek(descriptor, 0, os.SEEK_SET)
            os.write(descriptor, holder)
            os.ftruncate(descriptor, len(holder))
