"""Open the window, or measure it: how fast it opens, how well it answers, whether it grows."""

from __future__ import annotations

import argparse
import dataclasses
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

from facecam.cli.terminal.display import has_display
from facecam.cli.terminal.flags import Parser, add_shared_flags, settings_from
from facecam.cli.terminal.output import answer, say
from facecam.core.config import Settings
from facecam.core.errors import ConfigError, DependencyError

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

_START_TIMEOUT_S = 60
_LIVE_S = 10.0
#: Where the child of a measurement writes the time of its first paint, and then ends.
_FIRST_PAINT_VARIABLE = "FACECAM_FIRST_PAINT_FILE"


def add_arguments(parser: Parser) -> None:
    """The flags of `window`."""
    parser.count("--measure", "open it N times, play the demo once, and report")
    parser.count(
        "--soak", "play this much film as fast as it goes, and report whether memory grows", metavar="MINUTES"
    )
    parser.switch("--json", "the report as JSON")
    add_shared_flags(parser)


def run(arguments: argparse.Namespace) -> int:
    """The window, or the measurement."""
    settings = settings_from(arguments)
    if not has_display() and "QT_QPA_PLATFORM" not in os.environ:
        raise ConfigError(
            "there is no display for a window",
            hint="Start it on a desktop, or use the commands: python main.py --help",
        )
    if arguments.measure:
        return _measure(settings, arguments.measure, as_json=arguments.json)
    if arguments.soak:
        return _soak(settings, arguments.soak, as_json=arguments.json)
    return open_window(settings, arguments.config)


def open_window(settings: Settings, config: Path | None = None) -> int:
    """Show the window until it is closed.

    Raises:
        DependencyError: Qt is not installed.
    """
    try:
        from facecam.gui.app.application import run_window
    except ImportError as error:
        from facecam.core.extras import how_to_add

        raise DependencyError(
            f"the window needs Qt, which cannot be loaded: {error}",
            hint=how_to_add("gui"),
        ) from error
    # What only a measurement needs is loaded there: this stands before the first paint.
    report_to = os.environ.get(_FIRST_PAINT_VARIABLE)
    if report_to is None:
        return run_window(settings, settings_file=config)
    file = Path(report_to)

    def painted(window: QWidget) -> None:
        file.write_text(str(time.time()))
        window.close()

    return run_window(settings, settings_file=config, on_first_paint=painted)


def _measure(settings: Settings, times: int, *, as_json: bool) -> int:
    import statistics

    from facecam.gui.measuring.response import measure_live

    # First here: where there is no display, that is said before processes are started.
    live = dataclasses.asdict(measure_live(settings, _LIVE_S))
    starts_s = [_start_s() for _ in range(times)]
    median_s, each = statistics.median(starts_s), ", ".join(f"{value:.2f}" for value in starts_s)
    return answer(
        as_json,
        {"first_paint_s": starts_s, "median_s": median_s, "live": live},
        f"start of the process to first paint: median {median_s:.2f} s of {each}",
        f"answer of the window during {live['seconds']:.0f} s of live demo: median {live['median_ms']:.1f} ms, "
        f"99 % under {live['p99_ms']:.1f} ms, worst {live['worst_ms']:.0f} ms",
    )


def _soak(settings: Settings, film_minutes: int, *, as_json: bool) -> int:
    from facecam.gui.measuring.memory import soak_window

    report = soak_window(
        settings, film_minutes, lambda seconds: say(f"{seconds / 60:.1f} of {film_minutes} minutes of film")
    )
    settled = report.resident_mb[len(report.resident_mb) // 4 :]
    return answer(
        as_json,
        dataclasses.asdict(report),
        f"{report.frames:,} frames ({report.film_minutes:.1f} min of film) in {report.seconds:.0f} s: memory "
        f"{min(settled):.0f} to {max(settled):.0f} MB after the first quarter",
        f"slope {report.mb_per_hour:+.1f} ± {report.mb_per_hour_error:.1f} MB ({report.percent_per_hour:+.2f} %) "
        "per hour of film",
    )


def _start_s() -> float:
    """Seconds from starting a process to the first paint of its window."""
    import subprocess
    import tempfile

    from facecam.core.children import command_of, environment_for

    with tempfile.TemporaryDirectory(prefix="facecam-") as folder:
        report = Path(folder) / "first-paint"
        # A configuration of its own: the user's window places are none of a measurement's business.
        environment = environment_for(**{_FIRST_PAINT_VARIABLE: str(report), "XDG_CONFIG_HOME": folder})
        started = time.time()
        command = command_of("facecam", "window")
        subprocess.run(command, env=environment, timeout=_START_TIMEOUT_S, check=True, cwd=folder)
        return float(report.read_text()) - started
