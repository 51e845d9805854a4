"""Measuring how well faces are told apart."""
