"""Says which snapshots a process has open, so that none is cleaned away under it: much of one is read only when it is asked for.

Each that opens one keeps a lock on a file of its own in the snapshot's folder. The system lets go of it whatever ends the process.
"""

import contextlib
import uuid
import weakref
from pathlib import Path

from filelock import FileLock, Timeout

_FOLDER = "in-use"


class Held:
    """Keeps the snapshot in `folder` from being cleaned away for as long as this object lives."""

    def __init__(self, folder: Path) -> None:
        file = folder / _FOLDER / f"{uuid.uuid4().hex}.lock"
        # not by thread: the last to know of it may be the collector of garbage, in any thread
        lock = FileLock(file, thread_local=False)
        # where nothing may be written there is nobody either who cleans
        with contextlib.suppress(OSError):
            file.parent.mkdir(exist_ok=True)
            lock.acquire(timeout=0)
            weakref.finalize(self, _let_go, lock, file)


def is_held(folder: Path) -> bool:
    """Has any process the snapshot in `folder` open, this one too? A file without its lock was left by one that was killed."""
    for file in (folder / _FOLDER).glob("*.lock"):
        try:
            with FileLock(file, timeout=0):
                pass
        except (Timeout, OSError):
            return True
    return False


def _let_go(lock: FileLock, file: Path) -> None:
    lock.release(force=True)
    with contextlib.suppress(OSError):
        file.unlink(missing_ok=True)
