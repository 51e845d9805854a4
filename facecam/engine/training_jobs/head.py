"""The quick way: a small layer on the vectors of the model in use, trained in this process within a minute."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from facecam.core.config import Settings
from facecam.core.errors import DataError
from facecam.core.events import CancelToken, EventSink, Progress
from facecam.core.paths import atomic_write, readable_os_errors
from facecam.core.private import FOLDER_MODE
from facecam.core.types import FloatArray
from facecam.core.words import counted
from facecam.embedding.embedder import Embedder
from facecam.engine import components
from facecam.engine.faces.chip_reader import ChipReader, training_chip
from facecam.engine.runs.layout import BASE_FILE, HEAD_FILE
from facecam.runtime.card import ModelCard
from facecam.training.data.split import Sample, Split
from facecam.training.head.export import NETWORK_FILE, head_card, to_openvino
from facecam.training.head.fit import HeadOptions, fit_head
from facecam.training.head.judging import Base, HeadJudged, judge_head
from facecam.training.run.folder import RunFolder, read_json

_EMBED_TOGETHER = 32


@dataclass(frozen=True, slots=True)
class Made:
    """A network ready to be compared.

    Attributes:
        card: with its threshold already, or without.
        space_of: the model whose space it shares; None when it has one of its own.
        judged: what a head is worth on photos and people in turn; None where that could not be found out.
    """

    card: ModelCard
    space_of: ModelCard | None
    judged: HeadJudged | None = None


def make_head(
    settings: Settings, run: RunFolder, name: str, on_event: EventSink, cancel: CancelToken
) -> Made | None:
    """Train a head on a run's photos and export it with its base; None where it would change nothing.

    Raises:
        TrainingError: fewer than two people.
        WeightsError: the base is damaged.
        Cancelled: stopped.
    """
    options, chosen = run.read_config().options, run.read_split()
    base = base_of(settings, options.start)
    embedder = components.open_embedder(replace(settings, model=base))
    samples = chosen.train + chosen.validate
    reader = ChipReader(settings, embedder, training_chip(options))
    vectors, mirrored = _vectors(reader, embedder, samples, on_event, cancel)
    labels = np.array([sample.person for sample in samples])
    head = fit_head(vectors, mirrored, labels, HeadOptions(seed=options.seed), on_event, cancel)
    if head.is_identity:
        return None
    with readable_os_errors("make the folder", run.model):
        run.model.mkdir(mode=FOLDER_MODE, exist_ok=True)
    store = components.open_weights(settings)
    files = to_openvino(head, store.path(base) / embedder.card.file, run.model / NETWORK_FILE)
    head.save(run.model / HEAD_FILE)
    atomic_write(run.model / BASE_FILE, json.dumps({"base": base}).encode())
    title = f"{embedder.card.title}, with a head for {counted(len(chosen.people), 'person')}"
    card = head_card(embedder.card, head, name=name, title=title, files={path.name: path for path in files})
    judged = _judged(
        name, embedder, reader, (samples, vectors, mirrored), chosen, options.seed, on_event, cancel
    )
    if judged is None and card.threshold is not None:
        base_words = f"that of {base}, not measured with the head: too few people or photos"
        return Made(replace(card, calibrated_on=base_words), embedder.card)
    return Made(card if judged is None else _measured(card, judged), embedder.card, judged)


def _judged(
    name: str,
    embedder: Embedder,
    reader: ChipReader,
    trained: tuple[Sequence[Sample], FloatArray, FloatArray],
    chosen: Split,
    seed: int,
    on_event: EventSink,
    cancel: CancelToken,
) -> HeadJudged | None:
    """Cross-validation on all photos, those kept aside too."""
    card, (samples, vectors, mirrored) = embedder.card, trained
    if card.threshold is None:
        return None
    if chosen.held:
        more = _vectors(reader, embedder, chosen.held, on_event, cancel)
        vectors, mirrored = np.concatenate([vectors, more[0]]), np.concatenate([mirrored, more[1]])
    labels = np.array([sample.person for sample in (*samples, *chosen.held)])
    base = Base(
        card.name,
        card.threshold,
        lambda squared_l2: components.spread_of(replace(card, threshold=squared_l2)),
    )
    return judge_head(name, base, vectors, mirrored, labels, seed=seed, on_event=on_event, cancel=cancel)


def _measured(card: ModelCard, judged: HeadJudged) -> ModelCard:
    """The card with what was measured: nothing is taken over from the base."""
    strangers = judged.strangers
    return replace(
        card,
        threshold=float(f"{judged.threshold:.4g}"),
        false_accept_rate=judged.pairs_below,
        calibration=tuple((rate, float(f"{squared_l2:.4g}")) for rate, squared_l2 in judged.points),
        calibrated_on=f"{counted(strangers.strangers, 'photo')} of {counted(strangers.people, 'person')} of the "
        "training who played strangers by turns",
        distance_to_probability=judged.knots,
    )


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
    reader: ChipReader,
    embedder: Embedder,
    samples: Sequence[Sample],
    on_event: EventSink,
    cancel: CancelToken,
) -> tuple[FloatArray, FloatArray]:
    """Unit vectors of the chips and of their mirror images, float32 (N, D) each."""
    plain, mirrored = [], []
    for start in range(0, len(samples), _EMBED_TOGETHER):
        cancel.check()
        chips = [reader.read(sample) for sample in samples[start : start + _EMBED_TOGETHER]]
        plain.append(embedder.embed(chips).vectors)
        mirrored.append(embedder.embed([np.ascontiguousarray(chip[:, ::-1]) for chip in chips]).vectors)
        on_event(Progress("vectors", min(len(samples), start + _EMBED_TOGETHER), len(samples)))
    return np.concatenate(plain), np.concatenate(mirrored)
