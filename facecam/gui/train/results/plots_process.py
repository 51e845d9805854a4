"""Process that draws plots in the window's language: `python -m … FOLDER LANGUAGE`."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QCoreApplication

from facecam.engine.evaluation.verification_plots import main
from facecam.gui.core import translation

if __name__ == "__main__":
    translation.install(QCoreApplication([]), sys.argv[2])
    sys.exit(main(Path(sys.argv[1]), translation.engine_text))
