"""How slow this machine is beside the one of the README's figures, by a fixed piece of work that is timed in the same run.

A promise of seconds is one about a machine. On a slower one a test gives the program as many times longer as the fixed work takes; on a
faster one the promise stands as it is.
"""

import re
import time
from collections import Counter
from statistics import median

import numpy as np

from praktijkbaken.settings import CHECKOUT

# The work where `ask` takes the 1.9 s of the README: read where it took 1.3 s, times what lies between.
REFERENCE = 0.022
_TEXT = (CHECKOUT / "data" / "report" / "twee-jaar-praktijkvoorbeelden-2019.txt").read_text("utf-8")
_MATRIX = np.random.default_rng(1).standard_normal((384, 384)).astype(np.float32)


def _work() -> float:
    """Seconds of the fixed work: words of the report counted and sorted, and products of matrices."""
    began = time.perf_counter()
    for _ in range(2):
        sorted(Counter(re.findall(r"\w+", _TEXT.lower())).items(), key=lambda one: (-one[1], one[0]))
    matrix = _MATRIX
    for _ in range(20):
        matrix = np.tanh(matrix @ _MATRIX)
    return time.perf_counter() - began


def slowness() -> float:
    """How many times slower than the reference this machine is now, by the median of nine; 1 on a faster one."""
    return max(1.0, median(_work() for _ in range(9)) / REFERENCE)
