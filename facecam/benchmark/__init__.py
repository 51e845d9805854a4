"""Benchmarks: speed beside peers, gallery look-up, detection under conditions."""
