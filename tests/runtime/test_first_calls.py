"""First calls of OpenVINO from several threads at once, in a process of their own."""

from __future__ import annotations

import subprocess
import sys

_MEETING = """
import sys, threading
sys.setswitchinterval(1e-6)
import facecam.runtime.compiled
import openvino as ov
gate = threading.Barrier(16)
def call():
    gate.wait()
    ov.Type.f32.to_dtype()
threads = [threading.Thread(target=call, daemon=True) for _ in range(16)]
for one in threads: one.start()
for one in threads: one.join()
print("done")
"""


def test_first_calls_that_meet_do_not_wait_for_each_other() -> None:
    """Without the call at import about every fifth such process stands still; the limit only ends such a one."""
    for _ in range(3):
        done = subprocess.run([sys.executable, "-c", _MEETING], capture_output=True, text=True, check=True)
        assert done.stdout == "done\n"
