"""facecam recognises faces live, from a window or from the command line."""

__version__ = "0.4.0"
