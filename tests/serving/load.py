"""Load test of the local service, by hand: `python -m tests.serving.load PHOTO [--rate 50] [--seconds 60]`.

One asker after another, each on time whatever became of those before; and the same picture by the engine alone.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import requests

from facecam.core.config import Settings
from facecam.core.events import ignore
from facecam.serving.pictures import PictureService


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("photo", type=Path)
    parser.add_argument("--rate", type=float, default=50.0)
    parser.add_argument("--seconds", type=float, default=60.0)
    given = parser.parse_args()
    content = given.photo.read_bytes()
    with tempfile.TemporaryDirectory() as folder:
        token = Path(folder) / "token"
        command = [sys.executable, "main.py", "serve", "--port", "0", "--token-file", str(token), "--json"]
        server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert server.stdout is not None
        address = json.loads(server.stdout.readline())["address"]
        headers = {"Authorization": f"Bearer {token.read_text().strip()}"}
        sys.stdout.write(f"overhead {overhead(address, headers, content)}\n")
        sys.stdout.write(f"load {load(address, headers, content, given.rate, given.seconds)}\n")
        server.terminate()
        server.wait()
    return 0


def overhead(address: str, headers: dict[str, str], content: bytes, count: int = 60) -> dict[str, float]:
    """Median ms over the engine alone, both in turns."""
    engine, session = PictureService(Settings(), ignore), requests.Session()
    times: dict[str, list[float]] = {"engine": [], "service": []}
    for _ in range(count):
        for name, ask in (
            ("engine", lambda: engine._recognized(content)),
            (
                "service",
                lambda: session.post(
                    address + "/recognize", data=content, headers=headers
                ).raise_for_status(),
            ),
        ):
            started_s = time.perf_counter()
            ask()
            times[name].append((time.perf_counter() - started_s) * 1e3)
    medians = {name: float(np.median(values[5:])) for name, values in times.items()}
    return {**medians, "overhead": medians["service"] - medians["engine"]}


def load(
    address: str, headers: dict[str, str], content: bytes, rate: float, seconds: float
) -> dict[str, Any]:
    """Codes and percentiles (ms) of the answers, from when each was to be asked."""
    codes: Counter[int] = Counter()
    taken: dict[int, list[float]] = {}
    local = threading.local()

    def ask(due_s: float) -> None:
        if not hasattr(local, "session"):
            local.session = requests.Session()
        code = local.session.post(
            address + "/recognize", data=content, headers=headers, timeout=60
        ).status_code
        codes[code] += 1
        taken.setdefault(code, []).append((time.perf_counter() - due_s) * 1e3)

    started_s = time.perf_counter()
    with ThreadPoolExecutor(64) as pool:
        for number in range(round(rate * seconds)):
            due_s = started_s + number / rate
            time.sleep(max(0.0, due_s - time.perf_counter()))
            pool.submit(ask, due_s)
    return {
        "codes": dict(codes),
        "ms": {
            code: {f"p{share}": round(float(np.percentile(values, share)), 1) for share in (50, 95, 99)}
            for code, values in taken.items()
        },
    }


if __name__ == "__main__":
    sys.exit(main())
