"""Progress bars."""

from __future__ import annotations

from PySide6.QtWidgets import QProgressBar


class ProgressBar(QProgressBar):
    """A thin bar without words.

    Args:
        name: what goes on, for whoever has it read out.
        width_px: how wide; 0: as there is room.
    """

    def __init__(self, name: str = "", width_px: int = 0) -> None:
        super().__init__(textVisible=False)
        self.setAccessibleName(name)
        if width_px:
            self.setFixedWidth(width_px)

    def show_progress(self, done: int = 0, total: int = 0) -> None:
        """How far it is; it moves to and fro while the total is 0: not known yet."""
        self.setRange(0, total)
        self.setValue(done)
