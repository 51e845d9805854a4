"""Home of a gallery: what the folder with the .npy database and a database server have in common."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from typing import Protocol

from facecam.gallery.gallery import Gallery

#: The change of people that updates are made for, and whose part is whoever goes with it; empty: none, nobody's.
change_under_way: ContextVar[tuple[str, str]] = ContextVar("change_under_way", default=("", ""))


@contextlib.contextmanager
def making(change: str, kept: str = "") -> Iterator[None]:
    """Updates within the block are made for a change, by its id: a server remembers it, see `was_committed`.

    Args:
        change: its id.
        kept: where people are merged, the id of the one they are part of from then on.
    """
    token = change_under_way.set((change, kept))
    try:
        yield
    finally:
        change_under_way.reset(token)


def taken_back(change: str) -> str:
    """The id of the update that undoes a change's: with it the change does not count any more."""
    return f"{change} taken back"


class GalleryHome(Protocol):
    """Loads and saves the gallery.

    Attributes:
        pause_s: how long to wait before asking for the version again.
    """

    pause_s: float = 1.0

    def version(self) -> str:
        """A cheap token that changes with every update; empty before the first."""
        ...

    def load(self) -> Gallery | None:
        """The saved gallery, or None when nothing was ever saved."""
        ...

    def update(
        self, change: Callable[[Gallery | None], Gallery], *, forget: bool = False, start_over: bool = False
    ) -> Gallery:
        """Save `change(newest gallery)`, whole or not at all; see `GalleryStore.update`."""
        ...

    def make_room(self) -> bool:
        """For a deletion on a full disk: drop what can be made again here; returns whether there was any of it."""
        ...

    def keep_reserve(self) -> None:
        """See to it that `make_room` has something to drop."""
        ...

    def has_left_overs(self) -> bool:
        """Whether an update was cut off, or is going on."""
        ...

    def sweep(self) -> None:
        """Remove what an update that was cut off left half-written."""
        ...

    def was_committed(self, change: str) -> bool | None:
        """Whether an update made for a change counts; None where only the gallery itself tells."""
        return None
