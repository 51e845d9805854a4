"""The window: the only place that knows Qt; a thin layer over the engine."""

from facecam.gui.core.singletons import keep_alive

# Before the first Qt call of whoever imports any part of the window.
keep_alive()
