"""The library: what `import facecam` offers, a thin layer over the engine."""
