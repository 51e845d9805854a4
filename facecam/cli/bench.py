"""Measure ours, the peer face_recognition and the raw runtime; `detect`: faces found; `liveness`: held photos."""

from __future__ import annotations

import argparse
import dataclasses
from datetime import UTC, datetime
from pathlib import Path

from facecam.benchmark.speed import Bench, BenchOptions, machine
from facecam.benchmark.timing import Row
from facecam.cli.actions import bench_detect, bench_liveness
from facecam.cli.terminal.flags import Parser, add_shared_flags, given, refuse_given, settings_from
from facecam.cli.terminal.output import Printer, print_json, say
from facecam.cli.terminal.targets import require_free
from facecam.core.paths import atomic_write, make_folder
from facecam.engine.demo import Demo
from facecam.engine.places import DEMO_FOLDER, ROOT

_PAGE = ROOT / "docs" / "BENCHMARKS.md"
_BEGIN, _END = "<!-- speed: begin -->", "<!-- speed: end -->"


def add_arguments(parser: Parser) -> None:
    """The flags of `bench`."""
    parser.add_argument(
        "what",
        nargs="?",
        choices=("speed", "detect", "liveness"),
        default="speed",
        help="speed and memory (default), how many faces each detector finds, or how often held photos pass for people",
    )
    parser.switch("--json", "one JSON document; writes no page")
    clip = "video for the end-to-end figures (default: the demo clip)"
    parser.path("--clip", "CLIP", clip, there=True)
    parser.path("--people", "DIR", "folders of photos of the people in --clip", there=True)
    parser.count("--runs", f"repetitions (default: {BenchOptions().runs})")
    parser.count("--frames", "frames of the clip, or of each of --without-faces, at most", 240)
    parser.switch("--index", "also build and try the index of a million vectors, which takes many minutes")
    parser.path("--page", "FILE.md", "page to write the table into (default: docs/BENCHMARKS.md)")
    bench_detect.add_arguments(parser)
    bench_liveness.add_arguments(parser)
    add_shared_flags(parser)


def run(arguments: argparse.Namespace) -> int:
    """Measure and report."""
    what = arguments.what
    if what != "liveness":
        hint = "Write that, or leave it out."
        refuse_given(arguments, bench_liveness.OWN, "belongs to `bench liveness`", hint)
    if what != "detect":
        own = [name for name in bench_detect.OWN if what == "speed" or name not in ("photos", "seed")]
        hint = "Write `bench detect`, or leave it out."
        refuse_given(arguments, own, "belongs to `bench detect`", hint)
    if what == "speed":
        return _run_speed(arguments)
    refuse_given(arguments, ("clip", "people", "index", "runs", "page"), f"does not go with `bench {what}`")
    kind = bench_detect if what == "detect" else bench_liveness
    return int(kind.run(settings_from(arguments), arguments))


def _run_speed(arguments: argparse.Namespace) -> int:
    page = arguments.page or _PAGE
    if not arguments.json:
        # Only the table between its marks is renewed; what else a page says stays.
        require_free("--page", [page], overwrite=True, endings=(".md", ".markdown", ".txt"))
    options = BenchOptions(**given(arguments, BenchOptions))
    bench = Bench(settings_from(arguments), Demo(DEMO_FOLDER), options, Printer())
    rows = []
    for row in bench.rows():
        rows.append(row)
        if not arguments.json:
            say(_line(row))
    if arguments.json:
        print_json({"machine": machine(), "rows": [dataclasses.asdict(row) for row in rows]})
    else:
        _write_page(page, rows)
        say(f"\nwritten to {page}")
    return 0


def _line(row: Row) -> str:
    text = f"{row.what:<58} {_number(row.ours):>9} {row.unit}"
    if row.peer is not None and row.ratio is not None:
        text += (
            f"   peer {_number(row.peer):>9}   {row.ratio:.1f}× ({row.spread[0]:.1f} to {row.spread[1]:.1f})"
        )
    return text


def _number(value: float) -> str:
    return f"{value:.2f}" if value < 10 else f"{value:.1f}" if value < 100 else f"{value:,.0f}"


def _write_page(page: Path, rows: list[Row]) -> None:
    table = _table(rows)
    old = page.read_text(encoding="utf-8") if page.is_file() else f"# Benchmarks\n\n{_BEGIN}\n{_END}\n"
    if _BEGIN not in old or _END not in old:
        old += f"\n{_BEGIN}\n{_END}\n"
    before, _, rest = old.partition(_BEGIN)
    _, _, after = rest.partition(_END)
    make_folder(page.parent)
    atomic_write(page, f"{before}{_BEGIN}\n{table}\n{_END}{after}".encode())


def _table(rows: list[Row]) -> str:
    lines = [
        "## Speed",
        "",
        f"Measured by `python main.py bench` on {datetime.now(UTC):%Y-%m-%d}. The peer is face_recognition with",
        "dlib, on the same pictures in the same run, in turn with ours. Times are medians; the ratio is the median",
        "of the ratios pair by pair, with the smallest and the largest behind it.",
        "",
    ]
    lines += [f"- {key}: {value}" for key, value in machine().items()]
    lines += ["", "| what | ours | peer | times better | asked for |", "|---|---:|---:|---:|---|"]
    for row in rows:
        peer = f"{_number(row.peer)} {row.unit}" if row.peer is not None else ""
        ratio = (
            f"{row.ratio:.1f} ({row.spread[0]:.1f} to {row.spread[1]:.1f})" if row.ratio is not None else ""
        )
        lines.append(f"| {row.what} | {_number(row.ours)} {row.unit} | {peer} | {ratio} | {row.wanted} |")
    return "\n".join(lines)
