"""Where are alerts kept, and who may change them?

In a folder beside the index, `index.alerts` for `index`, not inside: so an index that is
removed and made again keeps its alerts and does not ring for everything, and an index that
came from a stranger brings none with it.  An archive that has such a folder may have been
packed by anyone: it is no link, no name in it is followed out of it, and what it says is to be
delivered is held against a seal (`sealing.py`).  One process at a time changes it, the one that has
the kernel's lock on `lock`; another waits.  Only its owner may read it, since what a newsroom
watches for is nobody else's business.

A `.searcherignore` in it keeps it out of any folder that is indexed.
"""

from __future__ import annotations

import contextlib
import errno
import os
import time
from types import TracebackType

from searcher.alerting.saved import SavedAlerts
from searcher.codec.directory import Directory
from searcher.codec.forks import belongs_here
from searcher.codec.kernel_locks import try_to_lock, unlock
from searcher.errors import AlertError

__all__ = ["AlertsFolder", "folder_beside", "read_saved"]

SAVED_NAME = "alerts.json"
LOCK_NAME = "lock"
_IGNORE_NAME, _IGNORE = ".searcherignore", b"*\n"
_MOST_BYTES = 64 << 20
_WAIT_S = 0.05, 1.0


def folder_beside(index: str) -> str:
    """The folder of the alerts of the index in the directory `index`."""
    return os.path.abspath(index) + ".alerts"


def read_saved(path: str) -> SavedAlerts:
    """What is saved in the folder `path`, without waiting for whoever changes it.

    Raises:
        AlertError: it cannot be read, or is not what was written.
    """
    try:
        with Directory(path, follow=False) as directory:
            return _saved(directory)
    except FileNotFoundError:
        return SavedAlerts()
    except OSError as error:
        raise _unusable(path, error) from error


def _saved(directory: Directory) -> SavedAlerts:
    try:
        return SavedAlerts.from_bytes(directory.read(SAVED_NAME, _MOST_BYTES))
    except FileNotFoundError:
        return SavedAlerts()
    except ValueError as error:
        raise AlertError(
            os.path.join(directory.path, SAVED_NAME),
            f"is damaged: {error}",
            hint="put back a copy of the folder, or remove it and add the alerts again",
        ) from error


def _unusable(path: str, error: OSError) -> AlertError:
    is_link = error.errno == errno.ELOOP and os.path.islink(path)
    return AlertError(
        path,
        f"the folder of the alerts cannot be used: {error.strerror or error}",
        hint="put the folder itself there" if is_link else "mend the cause and try again",
    )


class AlertsFolder:
    """The folder `path`, held by this process: `with AlertsFolder(path, wait_s=60) as folder`.

    It is made if it is not there.

    Arguments:
        wait_s: seconds to wait for a process that has it.

    Raises:
        AlertError: it cannot be made or used, or another process has it all that time.
    """

    def __init__(self, path: str, *, wait_s: float) -> None:
        self.path = path
        self._descriptor: int | None = None
        try:
            with contextlib.suppress(FileExistsError):
                os.mkdir(path, 0o700)
            self.directory = Directory(path, follow=False)
        except OSError as error:
            raise _unusable(path, error) from error
        self._process = os.getpid()
        try:
            if not self.directory.exists(_IGNORE_NAME):
                self.write(_IGNORE_NAME, _IGNORE)
            self._descriptor = self._locked(time.monotonic() + wait_s, wait_s)
            belongs_here(self)
            self.saved = _saved(self.directory)
            self._durable = self.saved.to_bytes()
        except OSError as error:
            self.close()
            raise _unusable(path, error) from error
        except BaseException:
            self.close()
            raise

    def _locked(self, deadline: float, wait_s: float) -> int:
        pause_s, longest_s = _WAIT_S
        while True:
            descriptor = self.directory.open_or_create(LOCK_NAME)
            try:
                if try_to_lock(descriptor) and self._is_named(descriptor):
                    return descriptor
            except BaseException:
                os.close(descriptor)
                raise
            os.close(descriptor)
            if time.monotonic() >= deadline:
                raise AlertError(
                    self.path,
                    f"another process runs or changes these alerts, for {wait_s:g} s now",
                    hint="wait for it to end, then try again",
                )
            time.sleep(max(0.0, min(pause_s, deadline - time.monotonic())))
            pause_s = min(2 * pause_s, longest_s)

    def _is_named(self, descriptor: int) -> bool:
        """Whether the file that is locked is still the one of that name."""
        try:
            mine, named = os.fstat(descriptor), self.directory.status(LOCK_NAME)
        except FileNotFoundError:
            return False
        return (mine.st_dev, mine.st_ino) == (named.st_dev, named.st_ino)

    def save(self) -> None:
        """Make what `saved` says durable, in one step, if it is not so already."""
        data = self.saved.to_bytes()
        if data != self._durable:
            self.write(SAVED_NAME, data)
            self._durable = data

    def write(self, name: str, data: bytes) -> None:
        """Make the file `name` of `data` in one step and for good, or leave what there was."""
        temporary = f"{name}.tmp"
        descriptor = self.directory.create(temporary)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        self.directory.replace(temporary, name)
        self.directory.sync()

    def read(self, name: str) -> bytes:
        """The content of the file `name`."""
        return self.directory.read(name, _MOST_BYTES)

    def remove(self, name: str) -> None:
        """Remove the file `name`, if it is there."""
        with contextlib.suppress(FileNotFoundError):
            self.directory.unlink(name)

    def check_trusted(self) -> None:
        """See that nobody else can have written which commands are to be run.

        Raises:
            OSError: the folder or its file belongs to somebody else, or others may write it.
        """
        if not hasattr(os, "geteuid"):
            return
        folder, file = os.stat(self.path), self.directory.status(SAVED_NAME)
        is_others = any(status.st_uid not in (os.geteuid(), 0) for status in (folder, file))
        is_open = folder.st_mode & 0o022 or (folder.st_mode & 0o011 and file.st_mode & 0o022)
        if is_others or is_open:
            raise OSError(
                errno.EPERM,
                "no command is run, because others may write the folder of the alerts "
                f"(chmod 700 {self.path})",
            )

    def forked(self) -> None:
        """Let go of the lock in a child: it is the parent's."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            os.close(descriptor)

    def close(self) -> None:
        """Let others have it.  May be called again."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            with contextlib.suppress(OSError):
                if self._process == os.getpid():
                    unlock(descriptor)
            os.close(descriptor)
        self.directory.close()

    def __enter__(self) -> AlertsFolder:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
