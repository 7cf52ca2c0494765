"""On which address does a server listen?

A TCP address, or a Unix socket.  A socket whose server is gone is replaced; anything else of that
name is left alone.
"""

from __future__ import annotations

import errno
import os
import socket
import stat

from searcher.errors import ServingError
from searcher.serving.settings import Settings, is_loopback

__all__ = ["address_of", "check_address", "listen"]

_BACKLOG = 2048
_MODE = 0o660


def check_address(settings: Settings) -> None:
    """Refuse to be reached by others where nobody is asked for a token.

    Raises:
        ServingError: it says how to have one.
    """
    if settings.socket is None and not is_loopback(settings.host) and not settings.tokens:
        raise ServingError(
            f"address {settings.host}",
            "is reached from other machines, and there is no token",
            hint="give --token-file FILE with a line such as: me "
            "$(python3 -c 'import secrets; print(secrets.token_urlsafe())') read save",
        )


def listen(settings: Settings) -> socket.socket:
    """A socket that listens.

    Raises:
        ServingError: the address cannot be had.
    """
    if settings.socket is not None:
        return _listen_at_path(settings.socket)
    shown = f"{settings.host}:{settings.port}"
    try:
        family, _, _, _, address = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listening = socket.socket(family, socket.SOCK_STREAM)
    except (OSError, UnicodeError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ServingError(shown, f"is no address to listen on: {reason}") from error
    try:
        if os.name == "posix":
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(_BACKLOG)
    except (OSError, OverflowError) as error:
        listening.close()
        is_taken = getattr(error, "errno", None) == errno.EADDRINUSE
        reason = getattr(error, "strerror", None) or error
        raise ServingError(
            shown,
            f"cannot be had: {reason}",
            hint="another server has it; choose another with --port, or 0 for a free one"
            if is_taken
            else None,
        ) from error
    listening.setblocking(False)
    return listening


def _listen_at_path(path: str) -> socket.socket:
    if not hasattr(socket, "AF_UNIX"):
        raise ServingError(path, "there are no Unix sockets here", hint="listen on an address")
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        try:
            listening.bind(path)
        except OSError as error:
            if error.errno != errno.EADDRINUSE or not _is_left_behind(path):
                raise
            os.unlink(path)
            listening.bind(path)
        os.chmod(path, _MODE)
        listening.listen(_BACKLOG)
    except OSError as error:
        listening.close()
        raise ServingError(path, f"cannot be had: {error.strerror or error}") from error
    listening.setblocking(False)
    return listening


def _is_left_behind(path: str) -> bool:
    """Whether `path` is a socket at which nobody listens any more."""
    if not stat.S_ISSOCK(os.lstat(path).st_mode):
        return False
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as other:
        try:
            other.connect(path)
        except ConnectionRefusedError:
            return True
        except OSError:
            return False
    return False


def address_of(listening: socket.socket, settings: Settings) -> str:
    """What a person types to come here."""
    if settings.socket is not None:
        return f"unix:{settings.socket}"
    host, port = listening.getsockname()[:2]
    shown = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"http://{f'[{shown}]' if ':' in shown else shown}:{port}{settings.root_path}/"
