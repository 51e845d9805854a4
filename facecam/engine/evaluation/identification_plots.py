"""Pictures of an identification measurement."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from facecam.core.distances import unit_squared_l2
from facecam.core.events import EventSink, ignore
from facecam.core.paths import make_folder
from facecam.core.words import counted
from facecam.engine.evaluation.identification import IdentifyReport
from facecam.engine.evaluation.map_images import MAPS, write_maps
from facecam.metrics.closed_set import Confused
from facecam.metrics.plots import curves
from facecam.metrics.plots.people_map import most_photographed

#: What `write_identify_plots` writes into its folder.
PLOTS: Final = ("ranks.png", "wrong-names.png", *MAPS)


def write_identify_plots(report: IdentifyReport, folder: Path, on_event: EventSink = ignore) -> list[Path]:
    """Draw cumulative matches, photos that got wrong names, and maps of the people; returns the files.

    Raises:
        DependencyError: matplotlib is not installed.
        DataError: the folder cannot be written.
    """
    make_folder(folder)
    files = [folder / name for name in PLOTS[:2]]
    curves.save(curves.draw_ranks({one.photos: one.cumulative for one in report.results}), files[0])
    curves.save(curves.draw_gallery(*_wrong(report)), files[1])
    people = [report.people[one] for one in report.owners.tolist()]
    return [*files, *write_maps(most_photographed(report.vectors, people), folder, on_event)]


def _wrong(report: IdentifyReport) -> tuple[str, list[curves.PicturePair]]:
    """Title and pictures: each photo with a wrong name beside the nearest photo of the person it was taken for."""
    # A photo may be confused with several people, and with few photos enrolled as with many: the most often counts.
    worst = {(one.row, one.taken_for): one for result in report.results for one in reversed(result.confused)}
    often = sorted(worst.values(), key=lambda one: -one.times)
    shown = counted(len(often), "confusion")
    title = f"Named wrongly (left), and the nearest photo of the person it was taken for: {shown}"
    return title, [_pair(report, one) for one in often[: curves.MOST_PAIRS]]


def _pair(report: IdentifyReport, one: Confused) -> curves.PicturePair:
    theirs = (report.owners == one.taken_for).nonzero()[0]
    distances = unit_squared_l2(report.vectors[theirs], report.vectors[one.row])
    nearest = int(theirs[distances.argmin()])
    paths = [report.paths[row] for row in (one.row, nearest)]
    names = [f"{path.parent.name}/{path.name}" for path in paths]
    return curves.picture_pair(
        paths, names, f"{curves.in_words('squared_l2')} {max(0.0, distances.min()):.4f}"
    )
