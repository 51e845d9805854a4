"""Recognition of pictures at the terminal: words, JSON lines, annotated copies."""

from __future__ import annotations

import contextlib
import itertools
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from facecam.cli.terminal.output import Printer, json_writer, print_error, say, similarity
from facecam.cli.terminal.targets import JSON_ENDINGS, require_folder, require_free
from facecam.core.config import Settings
from facecam.core.errors import ConfigError
from facecam.core.events import Progress
from facecam.core.paths import printable, readable_os_errors, resolved
from facecam.core.types import Face, Frame, FrameResult
from facecam.core.words import counted
from facecam.engine.enrollment.enroller import expand
from facecam.engine.photos.quality import pages_unseen
from facecam.engine.recognition.face_blur import BlurRule, FaceBlur, blur_rule, doubts_about
from facecam.engine.recognition.json_lines import face_report, limits_of
from facecam.engine.recognition.labels import annotated
from facecam.engine.recognition.still_images import PictureRecognizer, PictureResult
from facecam.gallery.matching.match import Matcher
from facecam.runtime.card import ModelCard
from facecam.vision.images.save import write_picture

JsonWriter = Callable[[Any], None]


def recognize_paths(
    settings: Settings,
    paths: list[Path],
    *,
    json_to: str | None = None,
    output: Path | None = None,
    overwrite: bool = False,
    words_of: Callable[[Face, ModelCard], str] | None = None,
) -> int:
    """What `recognize` and the older flags share.

    Args:
        settings: models, database, threshold.
        paths: pictures and folders.
        json_to: `-` for JSON lines on stdout, or a file for them; None for words.
        output: folder for annotated copies.
        overwrite: whether a file of `json_to` that is there may be replaced.
        words_of: says in words who a face is; None: as `recognize` does.
    """
    printer = Printer()
    if output is not None:
        require_folder("--output", output)
    if json_to not in (None, "-"):
        require_free("--json", [Path(str(json_to))], overwrite=overwrite, endings=JSON_ENDINGS)
    pictures = expand(paths, printer)
    recognizer = PictureRecognizer(settings, printer)
    for doubt in doubts_about(settings, (one.name for one in recognizer.matcher.gallery.identities)):
        printer(doubt)
    copies = _Copies(output, pictures, recognizer.card, blur_rule(settings)) if output is not None else None
    done = faults = 0
    with contextlib.ExitStack() as stack:
        write = json_writer(stack, json_to)
        for result in recognizer.recognize_files(pictures):
            done += 1
            printer(Progress("pictures", done, len(pictures)))
            faults += result.fault is not None
            _print(result, recognizer, write, words_of or _words)
            if copies is not None:
                copies.write(result)
            del result  # Some are large, and the next one is read first.
    if json_to != "-":
        say(f"{len(pictures) - faults} of {counted(len(pictures), 'picture')} read", sys.stderr)
    return 1 if faults else 0


def _print(
    result: PictureResult,
    recognizer: PictureRecognizer,
    write: JsonWriter | None,
    words_of: Callable[[Face, ModelCard], str],
) -> None:
    if result.fault is not None:
        print_error(result.fault)
    if write is not None:
        write(_document(result, recognizer.matcher))
    if write is not None or result.fault is not None:
        return
    names = ", ".join(words_of(face, recognizer.card) for face in result.faces)
    names = names or " ".join(filter(None, ("no face", _more_pages(result))))
    say(f"{printable(result.path)}: {names}")


def _more_pages(result: PictureResult) -> str:
    unseen = pages_unseen(result.path)
    return f"({unseen}: save the others as files of their own)" if unseen else ""


def _document(result: PictureResult, matcher: Matcher) -> dict[str, Any]:
    document: dict[str, Any] = {"path": printable(result.path), "faces": []}
    if result.fault is not None:
        return {**document, "error": result.fault.message, "hint": result.fault.hint}
    assert result.image is not None
    height, width = result.image.shape[:2]  # As it was read: reduced where it is very large.
    faces = [face_report(face, result.image, *limits_of(matcher)) for face in result.faces]
    return {**document, "width": width, "height": height, "faces": faces}


def _words(face: Face, card: ModelCard) -> str:
    match = face.match
    if match is None or face.identity is not None:
        return found_or_not(face, card)
    if face.looks_like is not None:
        return f"like {face.looks_like.name} (who is in the picture already)"
    if match.verdict == "ambiguous" and match.nearest and match.runner_up:
        return f"like {match.nearest.name} and like {match.runner_up.name}"
    return "unknown"


def found_or_not(face: Face, card: ModelCard) -> str:
    """The words of the older flags: a name, or nothing but `Not Found`."""
    if face.match is None or face.identity is None:
        return "Not Found"
    return f"{face.identity.name} ({similarity(card.percent_of(face.match))})"


class _Copies:
    """Annotated copies in one folder: never over a file that is there, and one for each picture.

    Raises:
        ConfigError: the folder holds originals.
    """

    def __init__(self, folder: Path, originals: list[Path], card: ModelCard, blur: BlurRule) -> None:
        if any(resolved(path).parent == resolved(folder) for path in originals):
            raise ConfigError(
                f"--output {printable(folder)} is where the pictures themselves are",
                hint="Name another folder for the annotated copies.",
            )
        self._folder, self._card, self._blur = folder, card, blur
        with readable_os_errors("read the folder", folder):
            there = folder.iterdir() if folder.is_dir() else ()
            self._taken = {path.stem.casefold() for path in there}

    def write(self, result: PictureResult) -> None:
        if result.image is None:
            return
        frame = FrameResult(Frame(result.image, 0, 0.0), result.faces)
        drawn = annotated(frame, self._card, FaceBlur(self._blur))
        write_picture(drawn, self._folder / f"{self._free_stem(result.path.stem)}.jpg")

    def _free_stem(self, wanted: str) -> str:
        numbered = (f"{wanted}-{number}" for number in itertools.count(2))
        stem = next(
            stem for stem in itertools.chain([wanted], numbered) if stem.casefold() not in self._taken
        )
        self._taken.add(stem.casefold())
        return stem
