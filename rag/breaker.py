"""Keeps questions away from a model's server that has just failed: who asks then gets quotes at once, not after the time limit."""

import threading
import time
from collections.abc import Callable

# One failure is chance (a restart, a dropped connection); with the second a reader has waited twice for nothing.
FAILURES = 2
# A server restarts in less; where it is down for longer, one reader in half a minute waits for it.
PAUSE = 30.0


class Attempt:
    """One request that may be made; given back with what came of it."""


class Breaker:
    """Lets requests through until `FAILURES` in a row have failed; then, after each `PAUSE`, one alone, to try. Safe from several threads.

    `clock` gives seconds that only go up.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._until = 0.0
        self._trial: Attempt | None = None

    def attempt(self) -> Attempt | None:
        """A request that may be made now; None while the server is left alone."""
        with self._lock:
            made = Attempt()
            if self._failures < FAILURES:
                return made
            now = self._clock()
            if now < self._until:
                return None
            # the others wait another pause for what comes of this one, also where nobody tells us
            self._trial, self._until = made, now + PAUSE
            return made

    def ended(self, attempt: Attempt, worked: bool | None) -> None:
        """What came of a request: the server answered, it failed, or (None) the request was left before either."""
        with self._lock:
            was_trial = attempt is self._trial
            if was_trial:
                self._trial = None
            if worked:
                self._failures = 0
            elif worked is False:
                self._failures += 1
                self._until = self._clock() + PAUSE
            elif was_trial:
                self._until = self._clock()  # so the next one is the trial
