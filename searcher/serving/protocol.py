"""How much may a client send, and how slowly, before there is a request, and after?

The guard sees whole requests; what it does not see is bounded here, where bytes arrive.  The head
of a request has a most size and a time, and so have its body, whatever follows a body (trailers,
of which none is kept), and the rest of a body whose answer is already out.  An answer of which
nothing is taken for a while is given up.  So clients that send a byte a second, headers without
end, or read nothing, hold a little memory for a little while, and nobody else up.

There are only so many connections at once.  One more takes the place of the one that has been
waited for longest; where all have answers under way, it is turned away.
"""

from __future__ import annotations

import asyncio
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from searcher.serving.visits import OTHERS_KEY

__all__ = ["BoundedProtocol"]

# Above what the guard refuses with an answer of its own.
MOST_HEAD_BYTES = 96 << 10
# Around the pieces of a body, and after it.
MOST_TRAILER_BYTES = 32 << 10
HEAD_S = 20.0
# Longer than the guard waits, whose answer says why.
BODY_S = 30.0
# For what comes of a body after its answer.  Not 0: who still sends reads no answer.
REST_S = 5.0
# Without a byte taken of an answer.  The kernel asks for more only when a good part of what it
# holds is gone, which takes a slow line its time.
WRITE_S = 60.0
_LOOKS = 4  # in that time
# In one process.  Files may be open too, and by default 1,024 of both.
MOST_CONNECTIONS = 800
# What is parsed at once, and so by how much a bound may be passed.
_PIECE_BYTES = 4 << 10
_TOO_LARGE = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\n"
    b"connection: close\r\ncontent-length: 0\r\n\r\n"
)
_BAD = b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
_BUSY = (
    b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 5\r\n"
    b"connection: close\r\ncontent-length: 0\r\n\r\n"
)


class BoundedProtocol(HttpToolsProtocol):
    """uvicorn's own, which reads nothing without end, and waits for nothing for ever."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._is_in_head = True
        # Since the last piece of a body, or end of a head or of a message.
        self._idle_bytes = 0
        self._has_advanced = False
        # When something is to have come; None where nothing is waited for.
        self._due_s: float | None = None
        self._waits_s = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._rings_s = 0.0
        self._next_look: asyncio.TimerHandle | None = None
        self._unsent_bytes = self._looks_in_vain = 0
        self._has_resumed = False
        self._is_given_up = False
        self._waited_for_since = 0.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a head, if there is room."""
        super().connection_made(transport)
        if self._make_room():
            self._waited_for_since = self.loop.time()
            self._wait(HEAD_S)
        else:
            transport.write(_BUSY)
            self._give_up()
        self._look_later()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        self._wait_no_more()
        if self._timer is not None:
            self._timer.cancel()
        if self._next_look is not None:
            self._next_look.cancel()
        super().connection_lost(exc)

    # ------------------------------------------------------------ room

    def _make_room(self) -> bool:
        """Whether there is a place for this one; who is waited for longest gives it up.

        Cost: one look at each connection, where all places are taken.
        """
        if len(self.connections) <= MOST_CONNECTIONS:
            return True
        others = [
            one
            for one in self.connections
            if isinstance(one, BoundedProtocol) and one is not self and not one._is_given_up
        ]
        if len(others) < MOST_CONNECTIONS:
            return True
        idle = [one for one in others if one._is_waited_for()]
        if not idle:
            return False
        min(idle, key=lambda one: one._waited_for_since)._give_up()
        return True

    def _is_waited_for(self) -> bool:
        """Is it the client's turn?"""
        return not (
            self.transport.is_closing()
            or self._is_held_up_by_us()
            or self.transport.get_write_buffer_size()
        )

    def _give_up(self) -> None:
        self._is_given_up = True
        self.transport.close()

    # ------------------------------------------------------------ bytes

    def data_received(self, data: bytes) -> None:
        """Take what came, as long as it is not too much."""
        if len(data) <= _PIECE_BYTES:
            if not self.transport.is_closing():
                self._take(data)
            return
        for start in range(0, len(data), _PIECE_BYTES):
            if self.transport.is_closing():
                return
            self._take(data[start : start + _PIECE_BYTES])

    def _take(self, piece: bytes) -> None:
        if self._is_in_head and self._due_s is None:
            self._wait(HEAD_S)
        self._has_advanced = False
        super().data_received(piece)
        if self.transport.is_closing():
            return
        self._idle_bytes = 0 if self._has_advanced else self._idle_bytes + len(piece)
        if self._idle_bytes > (MOST_HEAD_BYTES if self._is_in_head else MOST_TRAILER_BYTES):
            self._refuse()
        elif not self._is_in_head and self._due_s is None:
            self._wait(BODY_S)

    def _refuse(self) -> None:
        """Close, with an answer where it is not taken for a part of another."""
        cycle = self.cycle
        if self._is_in_head:
            if cycle is None or cycle.response_complete:
                self.transport.write(_TOO_LARGE)
        elif not cycle.response_started and not self.pipeline:
            self.transport.write(_BAD)
        self.transport.close()

    # ------------------------------------------------------------ parts of a request

    def on_header(self, name: bytes, value: bytes) -> None:
        """Keep a header; a trailer is none, since who may come in is known without it."""
        if self._is_in_head:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """The head is whole."""
        self._is_in_head = False
        self._waited_for_since = self.loop.time()
        self._has_advanced = True
        self._due_s = None
        scope = cast("dict[str, Any]", self.scope)
        scope[OTHERS_KEY] = self.tasks
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """A piece of the body is there."""
        self._has_advanced = True
        super().on_body(body)

    def on_message_complete(self) -> None:
        """What comes next is another head."""
        self._is_in_head = True
        self._has_advanced = True
        self._wait_no_more()
        super().on_message_complete()
        if self.cycle is not None and self.cycle.response_complete:
            self._wait(HEAD_S)  # uvicorn's own timer ended with the first byte of the rest

    def on_response_complete(self) -> None:
        """An answer is out; what is left of its request has little time."""
        super().on_response_complete()
        self._waited_for_since = self.loop.time()
        if not self._is_in_head and self.cycle.response_complete:
            self._wait(REST_S)

    # ------------------------------------------------------------ time

    def _wait(self, seconds: float) -> None:
        """Wait so long for what is next.

        A timer that is set already and rings earlier is left alone, and looks what is waited for
        when it does: each request waits for three things that nearly always come at once, and
        to set a timer and take it back takes longer than to read a head.
        """
        self._due_s = due_s = self.loop.time() + seconds
        self._waits_s = seconds
        if self._timer is not None:
            if self._rings_s <= due_s:
                return
            self._timer.cancel()
        self._ring_at(due_s)

    def _wait_no_more(self) -> None:
        self._due_s = None

    def _ring_at(self, due_s: float) -> None:
        self._rings_s = due_s
        self._timer = self.loop.call_at(due_s, self._rings)

    def _rings(self) -> None:
        self._timer = None
        due_s = self._due_s
        if due_s is None or self.transport.is_closing():
            return
        if due_s > self._rings_s:
            self._ring_at(due_s)
            return
        self._due_s = None
        if self._is_held_up_by_us():
            self._wait(self._waits_s)
        else:
            self.transport.close()

    def resume_writing(self) -> None:
        """The client has taken what it was sent, or most of it."""
        self._has_resumed = True
        super().resume_writing()

    def _look_later(self) -> None:
        self._next_look = self.loop.call_later(WRITE_S / _LOOKS, self._look)

    def _look(self) -> None:
        """Does the client take what it is sent?  Also of a connection that is being closed,
        which waits for that."""
        unsent = self.transport.get_write_buffer_size()
        takes = unsent == 0 or unsent < self._unsent_bytes or self._has_resumed
        self._unsent_bytes, self._has_resumed = unsent, False
        self._looks_in_vain = 0 if takes else self._looks_in_vain + 1
        if self._looks_in_vain >= _LOOKS:
            self.transport.abort()
        else:
            self._look_later()

    def _is_held_up_by_us(self) -> bool:
        """Is there an answer under way, which is not to be cut?"""
        cycle = self.cycle
        if cycle is None or cycle.response_complete:
            return False
        return (
            self._is_in_head
            or cycle.response_started
            or self.flow.read_paused
            or bool(self.pipeline)
        )
