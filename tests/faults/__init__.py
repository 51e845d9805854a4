"""Faults on purpose: a command is killed, or refused, at each change it makes to a file."""

import os

# Before anything asks where files are: the trials have homes of their own.
os.environ.pop("FACECAM_HOME", None)
