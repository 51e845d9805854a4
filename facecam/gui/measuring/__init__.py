"""Measuring the window: response, memory."""
