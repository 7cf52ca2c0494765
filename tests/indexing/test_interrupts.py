"""What does Ctrl-C do while a run reads?"""

from __future__ import annotations

import os
import signal

import pytest

from searcher.indexing.interrupts import Stopped, interrupts_held


class _TakenApart:
    def __del__(self) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        sum(range(1000))  # the handler runs between two instructions of this


def test_the_first_is_noted_and_the_second_is_raised() -> None:
    with interrupts_held() as held:
        held.check()
        os.kill(os.getpid(), signal.SIGINT)
        with pytest.raises(Stopped):
            held.check()
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)
            sum(range(1000))
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_one_that_comes_while_an_object_is_taken_apart_is_not_printed_and_lost() -> None:
    """What is raised there would be an unraisable exception, which pytest makes an error."""
    with interrupts_held() as held:
        os.kill(os.getpid(), signal.SIGINT)
        thing = _TakenApart()
        del thing
        assert held.is_asked
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)
            sum(range(1000))
