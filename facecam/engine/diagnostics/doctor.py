"""Diagnosis of the installation: what is missing, each missing thing with its cure."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from facecam.core.config import Settings
from facecam.core.encryption import data_keys, unlocking
from facecam.core.errors import FacecamError
from facecam.core.extras import has_tensorflow, how_to_add_cuda, how_to_add_tensorflow, itself, why_no_card
from facecam.core.home import IN_CHECKOUT
from facecam.core.paths import printable
from facecam.core.words import counted, listed
from facecam.engine import components
from facecam.engine.demo import Demo
from facecam.engine.diagnostics.packages import wanted_packages
from facecam.engine.diagnostics.rights import open_folders
from facecam.engine.models.catalog import RECIPES
from facecam.engine.places import DEMO_FOLDER
from facecam.engine.recognition.gallery_alignment import OUTDATED, outdated
from facecam.engine.scoring import cohort_of
from facecam.engine.transactions.encryption import status
from facecam.runtime.card import ModelCard
from facecam.runtime.compiled import processor_name, processor_precisions
from facecam.runtime.dlib_files import KNOWN_SHA256, find_dlib_file
from facecam.runtime.precision import RECORD_FILE, recorded_precision
from facecam.vision.sources.camera import list_cameras

State = Literal["ok", "missing", "note"]

_GPU_TIMEOUT_S = 60
#: Characters of a reason in one line.
_MOST_OF_A_REASON = 160
#: The last line of a traceback; not one that has another one in it.
_REASON = re.compile(r"(?:\w+\.)*\w*(?:Error|Exception): (?!Traceback)(.+)")
#: Folders named in one line.
_MOST_NAMED = 3
_GPU_QUESTION = (
    # TensorFlow brings urllib3, which would open a socket to see whether there is IPv6.
    "import socket, sys; socket.has_ipv6 = False\n"
    # What Keras only has wrappers for takes a quarter of the time.
    "sys.modules.update(sklearn=None, matplotlib=None)\n"
    "import tensorflow as tf; print('GPUS', [gpu.name for gpu in tf.config.list_physical_devices('GPU')])"
)


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the table.

    Attributes:
        subject: what was looked at.
        state: `ok`; `missing` (something does not work); `note` (works, but worth knowing).
        detail: what was found.
        cure: what to do; empty when nothing needs doing.
    """

    subject: str
    state: State
    detail: str
    cure: str = ""


def examine(settings: Settings, *, ask_tensorflow: bool = True) -> Iterator[Check]:
    """All checks, quick ones first.

    Args:
        settings: which folders and model.
        ask_tensorflow: also start a process that asks TensorFlow for GPUs (some seconds).
    """
    yield _python()
    yield from _packages()
    yield from _dlib_files(settings)
    yield from _models(settings)
    yield from _processor(settings)
    yield _people(settings)
    yield _rights(settings)
    yield _encryption(settings)
    yield _cameras()
    yield _display()
    yield _demo()
    yield Check(
        "smallest face",
        "note",
        "centerface sees faces from 12 px (names hold from about 32 px), blaze from 40 px of 640, hog and cnn from "
        "80 px, mtcnn from 40 px",
        "For smaller ones: --upsample 1 (half the size, 4 times slower) or --min-face-px N.",
    )
    if ask_tensorflow:
        yield _gpu()


def _python() -> Check:
    # Too old a Python cannot get here: set-up refuses it.
    return Check("Python", "ok", f"{platform.python_version()} on {platform.platform()}")


def _packages() -> Iterator[Check]:
    wrong = []
    count = 0
    for name, wanted in wanted_packages().items():
        count += 1
        try:
            installed = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            wrong.append(f"{name} {wanted or ''}".strip() + " is missing")
            continue
        if wanted is not None and installed != wanted:
            wrong.append(f"{name} {installed} instead of {wanted}")
    if wrong:
        yield Check(
            "packages",
            "missing",
            "; ".join(wrong),
            "Run `make setup`, or: pip install --no-deps -r requirements.txt"
            if IN_CHECKOUT
            else f"Install them again: pip install --upgrade {itself()}",
        )
    else:
        yield Check("packages", "ok", f"{count} packages, all {'as pinned' if IN_CHECKOUT else 'there'}")


def _dlib_files(settings: Settings) -> Iterator[Check]:
    for name in KNOWN_SHA256:
        try:
            find_dlib_file(name, settings.weights)
        except FacecamError as error:
            yield Check(name, "missing", error.message, error.hint)
        else:
            yield Check(name, "ok", "checksum as published")


def _models(settings: Settings) -> Iterator[Check]:
    store = components.open_weights(settings)
    verdicts = store.verify()
    sound = {verdict.name for verdict in verdicts if verdict.ok}
    for name in sorted(
        {recipe.name for recipe in RECIPES if not recipe.optional} - {one.name for one in verdicts}
    ):
        yield Check(f"model {name}", "missing", "not prepared yet", "Run `python main.py models prepare`.")
    for verdict in verdicts:
        if verdict.ok:
            yield _sound(settings, store.card(verdict.name))
        else:
            yield Check(f"model {verdict.name}", "missing", verdict.message, verdict.hint)
    try:
        name = components.model_in_use(settings)
    except FacecamError as error:
        yield Check("model in use", "missing", error.message, error.hint)
        return
    if name in sound:
        yield Check("model in use", "ok", name)
    else:
        yield Check(
            "model in use",
            "missing",
            f"{name} is not there or not sound",
            "Run `python main.py models prepare`, or name another with --model.",
        )


def _sound(settings: Settings, card: ModelCard) -> Check:
    """A model whose files are as published; its cohort may be missing or damaged: it works without."""
    if card.cohort is not None:
        try:
            cohort_of(settings.weights, card.name, card.cohort, card.dimensions)
        except FacecamError as error:
            detail = f"{error.message}: distances are compared as they are"
            return Check(f"model {card.name}", "note", detail, error.hint)
    return Check(f"model {card.name}", "ok", _described(card))


def _described(card: ModelCard) -> str:
    words = f"checksums fit; {card.licence}"
    if card.threshold is not None and card.false_accept_rate:
        words += f"; threshold {card.threshold} lets 1 in {1 / card.false_accept_rate:.0f} strangers pass"
    return words


def _processor(settings: Settings) -> Iterator[Check]:
    reduced = ", ".join(processor_precisions()) or "none"
    yield Check(
        "processor",
        "ok",
        f"{processor_name()}, {os.cpu_count() or 'unknown'} threads; reduced precisions: {reduced}",
    )
    store = components.open_weights(settings)
    if components.DEFAULT_MODEL not in store.names():
        return
    card = store.card(components.DEFAULT_MODEL)
    path = store.path(card.name) / card.file
    chosen = recorded_precision(path, card.fingerprint(card.file))
    how = "chosen by trying" if path.with_name(RECORD_FILE).is_file() else "nothing else was tried"
    yield Check("precision", "ok", f"{chosen} for {card.name} ({how})")


def _people(settings: Settings) -> Check:
    try:
        store = components.open_store(settings)
        gallery = store.load()
        if gallery is None or not len(gallery):
            return Check("people", "note", "nobody is enrolled", "python main.py enroll NAME PHOTO…")
        card = components.open_weights(settings).card(components.model_in_use(settings))
        gallery.require_model(card.model_id, card.dimensions)
    except FacecamError as error:
        return Check("people", "missing", error.message, error.hint)
    if outdated(settings, gallery):
        return Check("people", "note", OUTDATED.text, OUTDATED.hint)
    return Check(
        "people", "ok", f"{counted(len(gallery), 'person')}, {counted(len(gallery.vectors), 'vector')}"
    )


def _rights(settings: Settings) -> Check:
    if os.name != "posix":
        return Check("rights", "ok", "as the folders' own settings say: this system has no others")
    found = open_folders(settings)
    if not found:
        return Check("rights", "ok", "only you can read photos, vectors and records")
    names = listed((printable(str(path)) for path in found), _MOST_NAMED)
    cure = f"They were not made by facecam, which leaves them; to close one: chmod -R go= {shlex.quote(str(found[0]))}"
    return Check("rights", "note", f"other users of this computer may look into {names}", printable(cure))


def _encryption(settings: Settings) -> Check:
    """Whether it is on as a whole, and the key can be had."""
    subject, turn_on = "encryption", "python main.py encrypt on"
    try:
        about = data_keys.about_key(settings.database / data_keys.KEY_FILE)
        data_keys.key_file_of(settings.data)
        if about is None:
            return Check(
                subject, "note", "off: whoever has the disk can look at what is kept of people", turn_on
            )
        unlocking.unlock(settings.database / data_keys.KEY_FILE)
        how = status(settings)
    except FacecamError as error:
        return Check(subject, "missing", error.message, error.hint)
    source = "from a passphrase" if how.lock == "passphrase" else "in the system's keyring"
    if how.state != "on":
        cure = "python main.py encrypt off" if how.state == "turning off" else turn_on
        return Check(subject, "note", f"{how.state} was cut off; the key {source} is there", cure)
    if how.plain:
        detail = f"on, but {counted(how.plain, 'file')} of {how.sealed + how.plain} not sealed yet"
        return Check(subject, "note", detail, turn_on)
    return Check(subject, "ok", f"on, {counted(how.sealed, 'file')} sealed; the key {source} is there")


def _cameras() -> Check:
    cameras = list_cameras()
    if not cameras:
        return Check(
            "cameras", "note", "none found", "Plug one in, or use --source FILE, URL, a folder or demo."
        )
    return Check("cameras", "ok", "; ".join(f"{camera.index}: {camera.name}" for camera in cameras))


def _display() -> Check:
    if sys.platform.startswith("linux") and not (
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    ):
        return Check("display", "note", "none: results are printed", "Log in to a desktop for a window.")
    return Check(
        "display", "ok", os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY") or "there is one"
    )


def _demo() -> Check:
    demo = Demo(DEMO_FOLDER)
    if demo.clip.is_file():
        return Check("demo", "ok", f"{len(demo.portraits())} portraits and a clip")
    return Check("demo", "note", "not prepared", "Run `python main.py models prepare` with a connection.")


def _gpu() -> Check:
    subject = "GPU for training"
    if not has_tensorflow():
        what = "TensorFlow is not installed: networks cannot be trained, everything else works"
        return Check(subject, "note", what, f"{how_to_add_tensorflow()}.")
    try:
        done = subprocess.run(
            [sys.executable, "-c", _GPU_QUESTION],
            capture_output=True,
            text=True,
            timeout=_GPU_TIMEOUT_S,
            check=False,
            env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "2"},
        )
    except subprocess.TimeoutExpired:
        return Check(
            subject, "note", "TensorFlow did not answer within a minute", "Training will use the processor."
        )
    answer = next((line for line in done.stdout.splitlines() if line.startswith("GPUS ")), None)
    if answer is None:
        all_of_it = shlex.join([sys.executable, "-c", "import tensorflow"])
        return Check(
            subject,
            "missing",
            f"TensorFlow does not start: {_reason_in(done.stderr)}",
            f"Run `make setup`. All that it says: {printable(all_of_it)}",
        )
    if answer != "GPUS []":
        return Check(subject, "ok", answer.removeprefix("GPUS "))
    why = why_no_card()
    detail = why or "TensorFlow does not find the CUDA libraries"
    cure = "Training uses the processor; recognition never needs a GPU."
    return Check(subject, "note", f"none: {detail}", cure if why else f"{how_to_add_cuda()}. {cure}")


def _reason_in(said: str) -> str:
    """One line of all that an import that failed says: TensorFlow puts tracebacks into its error, and advice below."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    reasons = [match[1] for line in lines if (match := _REASON.match(line))]
    reason = (reasons or lines or ["no message"])[-1]
    return reason if len(reason) <= _MOST_OF_A_REASON else f"{reason[: _MOST_OF_A_REASON - 1]}…"
