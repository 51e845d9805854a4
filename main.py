"""Starts facecam: `python main.py`, or `python main.py --help` for the commands."""

import sys

from facecam.cli.main import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
