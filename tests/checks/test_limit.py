"""An answer that loops for ever is stopped, wherever it loops, and nothing else is."""

import subprocess
import sys
import threading
import time
from textwrap import dedent

import pytest
import torch

from helpers import checks
from helpers.checks import exercise
from helpers.checks.limit import TooLongError, within


def loop(*inputs):
    while True:
        pass


def stubborn_loop(*inputs):
    while True:
        try:
            time.sleep(0.001)
        except Exception:
            continue


class TestWithin:
    def test_returns_what_the_call_returns_and_raises_what_it_raises(self):
        assert within(60, lambda: 3) == 3
        with pytest.raises(ZeroDivisionError):
            within(60, lambda: 1 / 0)
        with pytest.raises(KeyboardInterrupt):  # a reader's own Stop button
            within(60, lambda: (_ for _ in ()).throw(KeyboardInterrupt))

    @pytest.mark.parametrize("endless", [loop, stubborn_loop])
    def test_stops_a_loop(self, endless):
        with pytest.raises(TooLongError):
            within(0.05, endless)

    def test_a_call_that_only_waits_is_stopped_later(self):
        start = time.monotonic()
        with pytest.raises(TooLongError):
            within(0.2, lambda: [time.sleep(0.01) for _ in range(1000)])
        assert time.monotonic() - start > 0.2

    def test_stops_a_loop_in_another_thread_too(self):
        stopped = []

        def run():
            try:
                within(0.05, loop)
            except TooLongError:
                stopped.append(True)

        thread = threading.Thread(target=run)
        thread.start()
        thread.join()
        assert stopped == [True]

    def test_an_error_that_comes_too_late_is_dropped(self):
        for _ in range(200):
            try:
                within(0.001, lambda: time.sleep(0.001))
            except TooLongError:
                continue
        assert sum(range(100_000)) == 4_999_950_000  # an error left over would be raised here

    @pytest.mark.parametrize("endless", [False, True])
    def test_a_debugger_goes_on_after_a_limit(self, endless):
        """In CPython 3.11 a signal that nobody has answered stops whatever is traced."""
        code = f"""
            import sys
            from helpers.checks.limit import TooLongError, within
            def loop():
                while {endless}:
                    pass
            try:
                within(0.05, loop)
            except TooLongError:
                pass
            sys.settrace(lambda *event: None)
            loop = lambda: "goes on"
            print(loop())
        """
        ran = subprocess.run([sys.executable, "-c", dedent(code)], capture_output=True, text=True, timeout=60)
        assert ran.stdout == "goes on\n", ran.stderr

    def test_no_watcher_is_left(self):
        before = threading.active_count()
        for _ in range(20):
            within(60, lambda: None)
        time.sleep(0.05)
        assert threading.active_count() <= before


@pytest.mark.parametrize("name", checks.__all__)
def test_every_check_stops_an_answer_that_loops_for_ever(capsys, monkeypatch, name):
    monkeypatch.setattr(exercise, "SECONDS", 0.05)
    state = torch.get_rng_state()
    getattr(checks, name)(loop)
    printed = capsys.readouterr().out
    assert printed.startswith(f"{name}: not yet: ")
    assert printed.endswith("it was stopped after 0.05 seconds: does a loop never end?\n")
    assert torch.equal(torch.get_rng_state(), state)
