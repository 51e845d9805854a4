"""Faults on purpose: a command is killed, or refused, at each change it makes to a file."""
