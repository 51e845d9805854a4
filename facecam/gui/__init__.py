"""The window: the only place that knows Qt; a thin layer over the engine."""
