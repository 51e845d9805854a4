"""Measuring the window: response, memory, screenshots."""
