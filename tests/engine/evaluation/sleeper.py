"""A child process that never ends by itself."""

import time

time.sleep(600)
