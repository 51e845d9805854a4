"""Open-set self-test: how well the user's own people are known, and what a stranger would be taken for."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from facecam.core.config import Settings
from facecam.core.errors import DataError, GalleryError
from facecam.core.events import NEVER, CancelToken, EventSink, faults_told, ignore
from facecam.core.paths import make_folder, printable
from facecam.core.types import FloatArray, joined
from facecam.engine import components
from facecam.engine.audit.findings import is_usable, pictures_of
from facecam.engine.evaluation.map_images import MAPS, write_maps
from facecam.engine.evaluation.open_set_report import (
    Confusion,
    HurtingPhoto,
    LookedUp,
    PersonResult,
    SelfTestOptions,
    SelfTestReport,
)
from facecam.engine.faces.library_scan import LibraryPhotos, look_at_library
from facecam.engine.photos.library import PhotoLibrary
from facecam.engine.recognition.threshold_prices import OwnTest, people_key
from facecam.engine.runs.fitted import digests_of, mark_of_own_threshold, note_fitted
from facecam.gallery.gallery import PLAIN_SCORE, Gallery
from facecam.gallery.matching.distances import NEIGHBORS
from facecam.gallery.matching.match import DEFAULT_MIN_GAP
from facecam.gallery.storage.audit_trail import note_in_trail
from facecam.metrics.leave_one_out import LeaveOneOut
from facecam.metrics.neighbors import Rows, blocks_of_rows, rows_of_people
from facecam.metrics.open_set import (
    FEWEST_PEOPLE,
    FEWEST_PHOTOS,
    Trials,
    open_set_curve,
    open_set_point,
    threshold_for_fpir,
)
from facecam.metrics.plots import curves
from facecam.metrics.plots.people_map import most_photographed

#: What `write_self_test_plots` writes into its folder.
PLOTS = ("self-test.png", *MAPS)
_LEAST_PEOPLE = 2
#: A photo is said to do harm when it attracts this many photos of others, and more than this share of the photos.
_MANY_ATTRACTED, _WORST_SHARE = 3, 0.99


def self_test(
    settings: Settings,
    options: SelfTestOptions | None = None,
    *,
    on_event: EventSink = ignore,
    cancel: CancelToken = NEVER,
) -> SelfTestReport:
    """Test on the photos in `data/`, each looked up with itself left out.

    People are known by the photos that could be enrolled; every photo with a
    face is looked up, also as if its person were a stranger.

    Args:
        settings: model, detector, folders.
        options: see `SelfTestOptions`.
        on_event: gets `Progress("photos", …)` and notices.
        cancel: stops between photos.

    Raises:
        DataError: fewer than two people with a usable photo, or nobody with two.
        WeightsError: a model is missing or damaged.
    """
    options = options or SelfTestOptions()
    library = look_at_library(settings, remember=options.remember, on_event=on_event, cancel=cancel)
    report = report_on(library, options)
    if options.remember:
        _keep_for_live(settings, report, on_event)
    return report


def report_on(library: LibraryPhotos, options: SelfTestOptions) -> SelfTestReport:
    """The same on photos that were looked at already."""
    test = _Test.of(library)
    suggested_at = None if library.trained_on else threshold_for_fpir(test.trials, options.target)
    in_use = open_set_point(test.trials, test.threshold)
    suggested = None if suggested_at is None else open_set_point(test.trials, round(suggested_at, 4))
    results, confusions, hurting = test.results(), test.confusions(), test.hurting()
    return SelfTestReport(
        people=len(results),
        photos=len(test.rows),
        model_id=library.model_id,
        target=options.target,
        in_use=in_use,
        suggested=suggested,
        curve=open_set_curve(test.trials),
        plain_curve=open_set_curve(test.plain),
        results=results,
        confusions=confusions,
        hurting=hurting,
        trained_on=library.trained_on,
        score=PLAIN_SCORE if library.cohort is None else library.cohort.name,
        looked_up=test.looked_up(),
        faults=tuple(photo.fault for photo in library.photos if photo.fault is not None),
        faces=most_photographed(
            library.vectors[test.rows], [library.people[one] for one in test.owners.tolist()]
        ),
    )


def _keep_for_live(settings: Settings, report: SelfTestReport, on_event: EventSink) -> None:
    """Live says of each threshold what this test says, while the people are these, and enough to say something."""
    gallery = components.open_store(settings, on_event).load()
    now, curve = report.in_use, report.plain_curve
    if gallery is None or curve is None or gallery.model_id != report.model_id:
        return
    if report.people != len(gallery):
        return  # People without photos were not tested.
    if report.people < FEWEST_PEOPLE or report.photos < FEWEST_PHOTOS:
        return  # No stranger named in eleven photos is no "under 0.1 %".
    points = zip(curve.thresholds.tolist(), curve.fpir.tolist(), curve.fnir.tolist(), strict=True)
    test = OwnTest(people_key(gallery), (now.threshold, now.fpir.value, now.fnir.value), tuple(points))
    with faults_told(on_event, DataError):
        test.save(settings.database)


def apply_threshold(
    settings: Settings, threshold: float, on_event: EventSink = ignore, *, score: str = PLAIN_SCORE
) -> Gallery:
    """Store a threshold with the database; a running Live uses it within a second.

    Args:
        settings: the model and the database.
        threshold: in (0, 4].
        on_event: gets notices of the store.
        score: what it is one of, see `SelfTestReport.score`.

    Raises:
        GalleryError: nobody is enrolled, or by another model.
    """
    card = components.open_embedder(settings).card

    def change(gallery: Gallery | None) -> Gallery:
        if gallery is None or not len(gallery):
            raise GalleryError(
                "there is no database to store the threshold in",
                hint="Make it with `python main.py people rebuild`.",
            )
        gallery.require_model(card.model_id, card.dimensions)
        return gallery.with_threshold(threshold, score)

    photos = PhotoLibrary(settings.data, on_event).people().values()
    found_on = digests_of(photo for several in photos for photo in several)
    note_fitted(settings, mark_of_own_threshold(card.model_id, threshold), found_on)
    saved = components.open_store(settings, on_event).update(change)
    note_in_trail(
        settings.database, "threshold", on_event=on_event, value=round(threshold, 5), kind="own people"
    )
    return saved


@dataclass(frozen=True, slots=True, eq=False)
class _Test:
    """The photos with a face and what came of their distances to people; rows are those of `rows`.

    Attributes:
        library: all photos.
        rows: rows of `library.photos`.
        owners: whose they are.
        pictures: copies share a number.
        enrolled: which of them people are known by.
        plain: trials by the distances.
        trials: by the scores by which names are given; the distances again without a cohort.
        squared_l2: float32 (N,), to the nearest other person by score.
    """

    library: LibraryPhotos
    rows: Rows
    owners: Rows
    pictures: Rows
    enrolled: NDArray[np.bool_]
    plain: Trials
    trials: Trials
    squared_l2: FloatArray

    @classmethod
    def of(cls, library: LibraryPhotos) -> _Test:
        rows = library.with_face
        owners, pictures = library.owners[rows], pictures_of(library)[rows]
        enrolled = np.array([is_usable(library.photos[row]) for row in rows], np.bool_)
        if len(np.unique(owners[enrolled])) < _LEAST_PEOPLE:
            raise DataError(
                "a test needs two people with a usable photo each",
                hint="Enroll somebody else, or see what is wrong with the photos: python main.py people check."
                if library.people
                else "Enroll two people: python main.py enroll NAME PHOTO…",
            )
        vectors, people = library.vectors[rows], len(library.people)
        without = LeaveOneOut(
            vectors, owners, people, pictures, enrolled, spread=library.spread, cohort=library.cohort
        )
        parts, plain, to_nearest = [], [], []
        # Of (N, P) distances, which 100,000 photos make too many, a few for each photo are worth keeping.
        for block in blocks_of_rows(len(rows), people):
            asked = np.arange(len(rows))[block]
            squared_l2 = without.squared_l2(asked)
            parts.append(Trials.of(without.scores(squared_l2, asked), owners[asked], DEFAULT_MIN_GAP))
            plain.append(Trials.of(squared_l2, owners[asked], DEFAULT_MIN_GAP))
            to_nearest.append(squared_l2[np.arange(len(asked)), parts[-1].strangers.nearest])
        trials = joined(parts)
        if not len(trials.known_rows):
            raise DataError(
                "a test needs somebody with two photos, to look one up by the other",
                hint="Enroll another photo of somebody: python main.py enroll NAME PHOTO…",
            )
        squared_l2_of_nearest = np.concatenate(to_nearest)
        return cls(library, rows, owners, pictures, enrolled, joined(plain), trials, squared_l2_of_nearest)

    @property
    def threshold(self) -> float:
        return self.library.threshold if self.library.limit is None else self.library.limit.value

    def path(self, row: int) -> Path:
        return self.library.photos[int(self.rows[row])].path

    def results(self) -> tuple[PersonResult, ...]:
        """Per person, most faults first."""
        known, trials = self.trials.known_rows, self.trials
        missed = Counter(self.owners[known[trials.missed(self.threshold)]].tolist())
        attracted = Counter(trials.strangers.nearest[trials.accepted(self.threshold)].tolist())
        photos = Counter(self.owners.tolist())
        results = [
            PersonResult(self.library.people[one], photos[one], missed[one], attracted[one])
            for one in sorted(photos)
        ]
        return tuple(sorted(results, key=lambda one: -(one.missed + one.attracted)))

    def looked_up(self) -> tuple[LookedUp, ...]:
        """What becomes of every photo."""
        known = self.trials.known_rows.tolist()
        missed = dict(zip(known, self.trials.missed(self.threshold).tolist(), strict=True))
        accepted = self.trials.accepted(self.threshold).tolist()
        return tuple(
            LookedUp(self.library.people[owner], self.path(row), missed.get(row), accepted[row])
            for row, owner in enumerate(self.owners.tolist())
        )

    def confusions(self) -> tuple[Confusion, ...]:
        """Who is taken for whom, in both kinds of trials."""
        wrong = self.trials.known.named(self.threshold, DEFAULT_MIN_GAP) & (
            self.trials.known.nearest != self.owners
        )
        accepted = self.trials.accepted(self.threshold)
        pairs: dict[tuple[int, int], list[int]] = {}
        for row in np.flatnonzero(wrong | accepted):
            taken_for = int(self.trials.strangers.nearest[row])
            pairs.setdefault((int(self.owners[row]), taken_for), []).append(int(row))
        found = [self._confusion(*pair, rows, wrong, accepted) for pair, rows in pairs.items()]
        return tuple(sorted(found, key=lambda one: (-one.as_known, -one.as_stranger, one.squared_l2)))

    def _confusion(
        self,
        person: int,
        taken_for: int,
        rows: list[int],
        wrong: NDArray[np.bool_],
        accepted: NDArray[np.bool_],
    ) -> Confusion:
        distances = self.trials.strangers.first[rows]
        nearest_first = [rows[index] for index in np.argsort(distances, kind="stable")]
        return Confusion(
            person=self.library.people[person],
            taken_for=self.library.people[taken_for],
            as_known=int(wrong[rows].sum()),
            as_stranger=int(accepted[rows].sum()),
            photos=tuple(self.path(row) for row in nearest_first),
            squared_l2=float(self.squared_l2[rows].min()),
        )

    def hurting(self) -> tuple[HurtingPhoto, ...]:
        """Photos by which others get this person's name, and photos nearer to somebody else than to their own."""
        attracts = self._attracted_by()
        trials = self.trials
        own = trials.own
        misplaced = (trials.strangers.first < own) & (own > self.threshold) & np.isfinite(own)
        many = max(_MANY_ATTRACTED, float(np.quantile(attracts, _WORST_SHARE)))
        found = []
        for row in np.flatnonzero(misplaced | (attracts >= many)):
            text = self._why(int(row), int(attracts[row]), bool(misplaced[row]))
            found.append(
                HurtingPhoto(
                    self.library.people[self.owners[row]], self.path(int(row)), text, int(attracts[row])
                )
            )
        return tuple(sorted(found, key=lambda one: -one.attracts))

    def _attracted_by(self) -> NDArray[np.int64]:
        """By photo: how many photos of strangers get a name because it is one of the nearest."""
        counts = np.zeros(len(self.rows), np.int64)
        vectors, people = self.library.vectors[self.rows], len(self.library.people)
        photos = rows_of_people(np.where(self.enrolled, self.owners, people), people)
        for row in np.flatnonzero(self.trials.accepted(self.threshold)):
            theirs = photos[self.trials.strangers.nearest[row]]
            theirs = theirs[self.pictures[theirs] != self.pictures[row]]
            nearest = theirs[np.argsort(-(vectors[theirs] @ vectors[row]))[:NEIGHBORS]]
            counts[nearest] += 1
        return counts

    def _why(self, row: int, attracts: int, misplaced: bool) -> str:
        name = printable(self.path(row).name)
        if misplaced:
            other = self.library.people[self.trials.strangers.nearest[row]]
            return f"{name} is nearer to {other} than to the other photos of its person"
        return f"{name} is one of the nearest to {attracts} photos of other people that get this name"


def write_self_test_plots(report: SelfTestReport, folder: Path, on_event: EventSink = ignore) -> list[Path]:
    """Draw FPIR and FNIR over the threshold, and maps of the people, into `folder`; returns the files.

    Raises:
        DependencyError: matplotlib is not installed.
        DataError: the folder cannot be written.
    """
    make_folder(folder)
    points = {"in use": report.in_use}
    if report.suggested is not None:
        points["suggested"] = report.suggested
    file = folder / PLOTS[0]
    curves.save(curves.draw_open_set(report.curve, points, report.measure), file)
    return [file, *(write_maps(report.faces, folder, on_event) if report.faces is not None else ())]
