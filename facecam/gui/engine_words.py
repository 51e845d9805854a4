"""The engine's messages that the window shows, so that they can be translated.

`FIXED` are complete sentences. In `PATTERNS` a `{}` stands for whatever the engine puts there.
"""

from __future__ import annotations

from facecam.gui.live import engine_phrases as live_phrases
from facecam.gui.marked import QT_TRANSLATE_NOOP
from facecam.gui.train import engine_phrases

FIXED: tuple[str, ...] = (QT_TRANSLATE_NOOP("engine", "Check the spelling of the path."),)

PATTERNS: tuple[str, ...] = (
    QT_TRANSLATE_NOOP("engine", "there is no model {} in {}"),
    *engine_phrases.PATTERNS,
    *live_phrases.PATTERNS,
)
