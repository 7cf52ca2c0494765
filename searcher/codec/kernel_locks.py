"""How does one process at a time hold a file?

By a lock of the kernel's on the open file (flock, `msvcrt.locking` on Windows), which is let
go of when its holder dies, however it dies.  Who waits, for how long, and what is said to
whoever comes too late is the business of the caller.
"""

from __future__ import annotations

import errno
import os
import sys

__all__ = ["try_to_lock", "unlock"]

_IS_TAKEN = (errno.EAGAIN, errno.EACCES, errno.EDEADLK)

if sys.platform == "win32":
    import msvcrt

    def try_to_lock(descriptor: int) -> bool:
        """Lock the open file for this process; False if another has it."""
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError as error:
            if error.errno not in _IS_TAKEN:
                raise
            return False
        return True

    def unlock(descriptor: int) -> None:
        """Give the lock back."""
        os.lseek(descriptor, 0, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def try_to_lock(descriptor: int) -> bool:
        """Lock the open file for this process; False if another has it."""
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno not in _IS_TAKEN:
                raise
            return False
        return True

    def unlock(descriptor: int) -> None:
        """Give the lock back."""
        fcntl.flock(descriptor, fcntl.LOCK_UN)
