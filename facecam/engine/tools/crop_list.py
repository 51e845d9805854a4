"""The list of the crops of a folder, `path x1 y1 x2 y2`."""

from __future__ import annotations

import re
from pathlib import Path

from facecam.core.paths import atomic_write, make_folder, printable, readable_os_errors
from facecam.core.types import Box

#: Beside the crops.
LIST_FILE = "bounding_boxes.txt"
_LINE = re.compile(r"(.*?)(?: (-?\d+ -?\d+ -?\d+ -?\d+))?")


class CropList:
    """The list of boxes, by path; lines of an earlier run are kept."""

    def __init__(self, target: Path) -> None:
        self._target = target
        self.path = target / LIST_FILE
        self._boxes: dict[str, str] = {}
        if self.path.is_file():
            with readable_os_errors("read", self.path):
                text = self.path.read_text(encoding="utf-8", errors="replace")
            for line in text.splitlines():
                name, box = _LINE.fullmatch(line).groups("")  # type: ignore[union-attr]  # It matches any line.
                self._boxes[name] = box

    def knows(self, crop: Path) -> bool:
        """Whether the list has a box for a crop; without one the line is of a photo of that name."""
        return bool(self._boxes.get(self._name(crop)))

    def set(self, photo: Path, crops: list[tuple[Path, Box]]) -> None:
        """The lines of a photo, named as below its source: one per crop, or its own name alone."""
        own = printable(photo.as_posix())
        self._boxes.pop(own, None)
        for file, box in crops:
            self._boxes[self._name(file)] = " ".join(map(str, box.as_ints()))
        if not crops:
            self._boxes[own] = ""

    def save(self) -> None:
        """Write the list, whole or not at all."""
        if not self._boxes:
            return
        make_folder(self._target)
        lines = [f"{name} {box}".rstrip() for name, box in self._boxes.items()]
        atomic_write(self.path, ("\n".join(lines) + "\n").encode())

    def _name(self, crop: Path) -> str:
        return printable(crop.relative_to(self._target).as_posix())
