"""Guard of `None` and its like under PySide6 wheels and Python below 3.12.

The wheels are compiled as if these objects were immortal, which they are from
Python 3.12 on. Below it every call of a Qt method that returns nothing takes
one reference from `None`, and every `emit` one from `True`; after some
thousand strokes of a painter the interpreter ends with "deallocating None".
Measured with PySide6 6.12 and Python 3.11: −1 for each `QPainter.setPen`,
`setFont`, `save`, `QItemSelectionModel.clear`, `Signal.emit` …
"""

from __future__ import annotations

import ctypes
import sys

#: References nobody will ever give back: enough for years of painting.
_SPARE = 1 << 60


def keep_alive() -> None:
    """Give the singletons so many references that they cannot run out; done once, harmless again."""
    if sys.version_info >= (3, 12) or sys.implementation.name != "cpython":
        return
    for singleton in (None, True, False, NotImplemented, Ellipsis):
        # ob_refcnt is the first field of every object.
        count = ctypes.c_ssize_t.from_address(id(singleton))
        if count.value < _SPARE // 2:
            count.value += _SPARE
