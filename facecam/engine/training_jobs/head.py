"""The quick way: a small layer on the vectors of the model in use, trained in this process within a minute."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from facecam.core.config import Settings
from facecam.core.errors import DataError
from facecam.core.paths import atomic_write, make_folder
from facecam.core.types import FloatArray
from facecam.core.words import counted
from facecam.embedding.embedder import Embedder
from facecam.engine import components
from facecam.engine.faces.chip_reader import PhotoViews, training_chip
from facecam.engine.runs.layout import BASE_FILE, HEAD_FILE
from facecam.engine.runs.trained_on import photos_learnt_by
from facecam.engine.scoring import cohort_file, limit_of_people, open_cohort
from facecam.engine.training_jobs.gate import Measured, chosen_photos, measured_limit
from facecam.engine.training_jobs.request import TrainingWork
from facecam.engine.training_jobs.strangers import strangers_in
from facecam.metrics.false_accepts import rate_per_person
from facecam.runtime.card import ModelCard
from facecam.training.config.options import TrainOptions
from facecam.training.data.sample import Sample
from facecam.training.data.sessions import sessions_of
from facecam.training.head.centers import unit
from facecam.training.head.export import NETWORK_FILE, head_card, to_openvino
from facecam.training.head.fit import HeadOptions, fit_head
from facecam.training.head.judging import Base, Figures, HeadJudged, Others, judge_head
from facecam.training.run.folder import RunFolder, read_json
from facecam.vision.images.align import ChipSpec


@dataclass(frozen=True, slots=True)
class Made:
    """A network ready to be compared.

    Attributes:
        card: with its threshold already, or without.
        space_of: the model whose space it shares; None when it has one of its own.
        judged: what a head is worth on photos and people in turn; None where that could not be found out.
        measured: its vectors and those of its base, where it was judged: no photo is looked at again.
    """

    card: ModelCard
    space_of: ModelCard | None
    judged: HeadJudged | None = None
    measured: Measured | None = None


def make_head(work: TrainingWork, run: RunFolder, name: str) -> Made | None:
    """Train a head on a run's photos and export it with its base; None where it would change nothing.

    Raises:
        TrainingError: fewer than two people.
        WeightsError: the base is damaged.
        Cancelled: stopped.
    """
    settings, on_event, cancel = work.settings, work.on_event, work.cancel
    options, chosen = run.read_config().options, run.read_split()
    base = base_of(settings, (settings.model or "auto") if options.start == "auto" else options.start)
    embedder = components.open_embedder(replace(settings, model=base))
    learned = chosen.train + chosen.validate
    samples = (*learned, *chosen.held)
    vectors, mirrored = _vectors(work, embedder, samples, training_chip(options))
    labels = np.array([sample.person for sample in samples])
    sessions, known = sessions_of(samples), slice(len(learned))
    how = HeadOptions(seed=options.seed)
    head = fit_head(vectors[known], mirrored[known], labels[known], how, on_event, cancel, sessions[known])
    if head.is_identity:
        return None
    make_folder(run.model, private=True)
    store = components.open_weights(settings)
    files = to_openvino(head, store.path(base) / embedder.card.file, run.model / NETWORK_FILE)
    head.save(run.model / HEAD_FILE)
    atomic_write(run.model / BASE_FILE, json.dumps({"base": base}).encode())
    title = f"{embedder.card.title}, with a head for {counted(len(chosen.people), 'person')}"
    card = head_card(embedder.card, head, name=name, title=title, files={path.name: path for path in files})
    if card.cohort is not None:
        try:
            content = cohort_file(settings.weights, base, card.cohort).read_bytes()
            atomic_write(run.model / card.cohort.file, content)
        except DataError:  # The base does without, too, which live says.
            card = replace(card, cohort=None)
    # Photos the base has learnt judge nobody: on them it is better than it is.
    learnt = photos_learnt_by(settings, base)
    rows = np.flatnonzero([one.digest not in learnt for one in samples])
    judged = None
    if embedder.card.threshold is not None and len(rows):
        judged = judge_head(
            name,
            _live_base(settings, embedder.card, len(chosen.people)),
            vectors[rows],
            mirrored[rows],
            labels[rows],
            sessions[rows],
            others=_others(work, embedder, options, samples),
            seed=options.seed,
            on_event=on_event,
            cancel=cancel,
        )
    card = _measured(card, judged, base)
    if judged is None:
        return Made(card, embedder.card)
    some, held = chosen_photos(chosen, learnt)
    row_of = {one: row for row, one in enumerate(samples)}
    rows = np.array([row_of[one] for one in some], np.intp)
    plain, flipped = vectors[rows], mirrored[rows]
    after, before = _together(head.apply(plain), head.apply(flipped)), _together(plain, flipped)
    measured = Measured(some, held, after, before, None, judged.gate, judged.strangers)
    return Made(card, embedder.card, judged, measured)


def _others(
    work: TrainingWork, embedder: Embedder, options: TrainOptions, own: Sequence[Sample]
) -> Others | None:
    """The strangers of `--stranger-photos`; None where none are named: the user's people play them by turns."""
    if options.stranger_photos is None:
        return None
    chip, known = training_chip(options), {one.digest for one in own}
    found = strangers_in(work, options.stranger_photos, known, chip)
    labels = np.array([one.person for one in found])
    return Others(*_vectors(work, embedder, found, chip), labels)


def _live_base(settings: Settings, card: ModelCard, people: int) -> Base:
    """The base as live names people by it: by scores where it has a cohort, at the threshold for so many."""
    own = replace(settings, threshold=None, normalize="auto")
    cohort = open_cohort(own, card)
    limit = limit_of_people(own, card, cohort, people)
    assert limit is not None and card.threshold is not None
    return Base(
        card.name,
        limit.squared_l2,
        components.spread_of(card),
        lambda squared_l2: components.spread_of(replace(card, threshold=squared_l2)),
        rate_per_person(settings.strangers, people),
        cohort,
        limit.match_score or 0.0,
    )


def _measured(card: ModelCard, judged: HeadJudged | None, base: str) -> ModelCard:
    """The card with what was measured: only where nothing could be it keeps its base's."""
    if judged is None:
        words = f"that of {base}, not measured with the head: too few people or photos"
        return card if card.threshold is None else replace(card, calibrated_on=words)
    strangers = judged.strangers
    words = (
        f"{counted(strangers.strangers, 'photo')} of {counted(strangers.people, 'person')}, those of the "
        "training playing strangers by turns"
    )

    def found(figures: Figures) -> dict[str, Any]:
        return measured_limit(figures.threshold, figures.pairs_below, figures.points, words)

    scores, cohort = judged.scores, card.cohort
    if cohort is not None:
        cohort = (
            None if scores is None else replace(cohort, score_to_probability=scores.knots, **found(scores))
        )
    knots = judged.distances.knots
    return replace(card, distance_to_probability=knots, cohort=cohort, **found(judged.distances))


def base_of(settings: Settings, start: str) -> str:
    """The model a head is put on: the one named, else the one in use; of a model with a head its base."""
    store = components.open_weights(settings)
    name = store.deployed() if start == "auto" else start
    file: Path = store.path(name) / BASE_FILE
    if not file.is_file():
        return name
    base = read_json(file).get("base")
    if not isinstance(base, str):
        raise DataError(f"{file} is damaged", hint="Name the model with --start.")
    return base


def _vectors(
    work: TrainingWork, embedder: Embedder, samples: Sequence[Sample], kept: ChipSpec
) -> tuple[FloatArray, FloatArray]:
    """Unit vectors of photos and of their mirror images, float32 (N, D) each, of every alignment as Live has it."""
    plain, mirrored = [], []
    photos = PhotoViews(work.settings, embedder)
    for (views,) in photos.batches(samples, kept, "vectors", work.on_event, work.cancel):
        plain.append(embedder.embed(views).vectors)
        mirrored.append(embedder.embed([chips[:, :, ::-1] for chips in views]).vectors)
    return np.concatenate(plain), np.concatenate(mirrored)


def _together(plain: FloatArray, mirrored: FloatArray) -> FloatArray:
    return np.asarray(unit(plain.astype(np.float64) + mirrored), np.float32)
