"""Starts facecam: `python main.py`, or `python main.py --help` for the commands."""

import signal
import sys

if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
    # While modules load there is nothing to put away, and Ctrl+C is no fault; `main` hears it from then on.
    signal.signal(signal.SIGINT, signal.SIG_DFL)

from facecam.cli.main import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
