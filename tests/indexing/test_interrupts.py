"""What does Ctrl-C do while a run reads?"""

from __future__ import annotations

import os
import signal
import sys
import weakref

import pytest

from searcher.indexing.interrupts import Stopped, interrupts_held


class _TakenApart:
    def __del__(self) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        sum(range(1000))  # the handler runs between two instructions of this


class _Weakly:
    """Something that can be referred to weakly."""


def _interrupt(_: object) -> None:
    os.kill(os.getpid(), signal.SIGINT)
    sum(range(1000))


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


def test_a_second_one_while_an_object_is_taken_apart_is_not_printed_and_lost() -> None:
    """What is raised there would be an unraisable exception, which pytest makes an error."""
    with interrupts_held() as held:
        os.kill(os.getpid(), signal.SIGINT)
        sum(range(1000))
        thing = _TakenApart()
        del thing
        with pytest.raises(KeyboardInterrupt):
            held.check()


def test_one_that_was_lost_there_ends_the_run_at_its_next_place(
    capfd: pytest.CaptureFixture[str],
) -> None:
    with interrupts_held() as held:
        os.kill(os.getpid(), signal.SIGINT)
        sum(range(1000))
        things = {_Weakly(): 1}
        reference = weakref.ref(next(iter(things)), _interrupt)
        things.clear()
        assert reference() is None
        with pytest.raises(KeyboardInterrupt):
            held.check()
    assert capfd.readouterr() == ("", "")


def test_what_else_is_raised_there_is_still_printed(capfd: pytest.CaptureFixture[str]) -> None:
    hook, sys.unraisablehook = sys.unraisablehook, sys.__unraisablehook__
    try:
        with interrupts_held():
            thing = _Weakly()
            reference = weakref.ref(thing, lambda _: 1 // 0)
            del thing
        assert reference() is None
        assert sys.unraisablehook is sys.__unraisablehook__
    finally:
        sys.unraisablehook = hook
    assert "ZeroDivisionError" in capfd.readouterr().err
