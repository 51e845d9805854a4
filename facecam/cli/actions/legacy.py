"""The older flags: `-t False -wc True` is headless live recognition of the webcam."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path
from typing import TextIO, get_args

from facecam.cli.actions.legacy_train import train_as_before
from facecam.cli.terminal.flags import add_shared_flags, boolean, positive, require_photos, settings_from
from facecam.cli.terminal.output import Printer, say
from facecam.cli.terminal.pictures import found_or_not, recognize_paths
from facecam.cli.terminal.playback import PlaybackOptions, check_targets, play
from facecam.cli.terminal.targets import JSON_ENDINGS, add_overwrite_flag, require_folder, require_free
from facecam.core.config import Settings
from facecam.core.errors import CameraError, ConfigError
from facecam.core.events import Notice
from facecam.core.paths import printable, resolved
from facecam.engine.audit.unusable_photos import photos_without_face
from facecam.vision.detect.protocol import DetectorName
from facecam.vision.sources.open import names_missing_file

_EXAMPLES = Path("examples")
_INSTEAD = "For pictures: -t False -wc False. For a film or another camera: -t False --source FILE."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The older flags, and the shared ones."""
    parser.add_argument("-t", "--train", type=boolean, help="True: train, then recognise; False: recognise")
    parser.add_argument(
        "-wc",
        "--web_cam",
        type=boolean,
        help="True: live; False: every picture of ./examples (default: True; after a training only if there is one)",
    )
    parser.add_argument(
        "-dw", "--download_weights", type=boolean, default=False, help="fetch missing weights first"
    )
    parser.add_argument(
        "-wp", "--weights_path", type=Path, help="a model's folder in weights/ (default: the deployed one)"
    )
    parser.add_argument(
        "-m",
        "--margin",
        type=float,
        help="acceptance threshold, squared_l2 (when training: the triplet margin)",
    )
    parser.add_argument("-e", "--epochs", type=positive, help="training epochs (default: 20)")
    parser.add_argument("-bs", "--batch_size", type=positive, help="training batch size (default: P×K)")
    parser.add_argument("-lr", "--learning_rate", type=float, help="learning rate (default: the preset's)")
    parser.add_argument("--preset", help="train with this preset instead; -e, -bs, -lr and -m still count")
    parser.add_argument(
        "-d",
        dest="detector",
        type=str.lower,
        choices=get_args(DetectorName),
        help="same as --detector, in any case: Hog, Cnn",
    )
    parser.add_argument(
        "-chde",
        "--check_detect",
        type=boolean,
        default=False,
        help="list photos in data/ without a usable face; deletes nothing",
    )
    parser.add_argument("--source", help="camera, FILE, URL or folder instead of the webcam or ./examples")
    parser.add_argument(
        "--json", nargs="?", const="-", metavar="FILE", help="JSON lines to stdout (-) or FILE"
    )
    parser.add_argument("--output", type=Path, help="annotated video, or folder for annotated pictures")
    add_overwrite_flag(parser)
    parser.add_argument("--max-frames", type=positive, help="stop after N frames")
    parser.add_argument("--mirror", help="fetch weights from here instead of the address in the manifest")
    add_shared_flags(parser)


def run(arguments: argparse.Namespace) -> int:
    """Do what the older program did, without its faults."""
    settings = _settings(arguments)
    if arguments.download_weights:
        # Imported when asked for: the download's libraries try a socket as they load.
        from facecam.engine.models.download import fetch_weights

        for path in fetch_weights(settings, mirror=arguments.mirror, on_event=Printer()):
            say(f"{path} is there and verified", _words_to(arguments))
        if arguments.train is None:
            return 0
    if arguments.check_detect:
        require_photos(settings)
        photos_without_face(settings, lambda line: say(line, _words_to(arguments)))
        if arguments.train is None:
            return 0
    if arguments.train is None:
        raise ConfigError(
            "-t/--train is missing",
            hint="Say -t False to recognise, or use a command: see `python main.py --help`.",
        )
    if not arguments.train:
        return _recognize(arguments, settings)
    _check(arguments)
    if train_as_before(settings, arguments).stopped:
        return 0
    # Trained on what -wp names, then recognised with what is in use by then.
    return _recognize_after_training(arguments, replace(settings, model=None))


def _words_to(arguments: argparse.Namespace) -> TextIO:
    """Where words go: to stderr while JSON lines have stdout."""
    return sys.stderr if arguments.json == "-" else sys.stdout


def _settings(arguments: argparse.Namespace) -> Settings:
    settings = settings_from(arguments)
    if arguments.margin is not None and not 0 < arguments.margin <= 4:
        raise ConfigError(
            f"-m/--margin is {arguments.margin:g}",
            hint="Give a squared distance above 0 and up to 4, such as 0.2.",
        )
    if arguments.margin is not None and not arguments.train:
        settings = replace(settings, threshold=arguments.margin)
    if arguments.weights_path is not None:
        settings = _with_weights(settings, arguments.weights_path)
    return settings


def _with_weights(settings: Settings, path: Path) -> Settings:
    """`weights/<name>`, or a file in it, as the model of that name."""
    folder = resolved(path if path.is_dir() else path.parent)
    if not path.exists() or not (folder / "card.json").is_file():
        raise ConfigError(
            f"-wp {path} is not a model: there is no card.json",
            hint="Name a folder of weights/, or add the file: `models add FILE`.",
        )
    return replace(settings, weights=folder.parent, model=folder.name)


def _recognize_after_training(arguments: argparse.Namespace, settings: Settings) -> int:
    """Recognition fails for want of a camera only where one was asked for: the training itself is done."""
    try:
        return _recognize(arguments, settings)
    except CameraError as error:
        if arguments.web_cam is None and arguments.source is None:
            Printer()(Notice(f"trained, and nothing recognised: {error.message}", _INSTEAD))
            return 0
        raise CameraError(f"trained, but not recognised: {error.message}", hint=error.hint) from error


def _pictures(arguments: argparse.Namespace) -> Path | None:
    """The folder of pictures to recognise; None for a camera or film.

    Raises:
        ConfigError: it is not there.
    """
    if arguments.web_cam is not False:
        return None
    folder = Path(arguments.source) if arguments.source else _EXAMPLES
    if not folder.exists():
        raise ConfigError(
            f"{folder} does not exist", hint="Put pictures into ./examples, or name them with --source."
        )
    return folder


def _check(arguments: argparse.Namespace) -> None:
    """Say before hours of training, not after, what recognition will lack, or would write over."""
    if _pictures(arguments) is None:
        check_targets(_playback(arguments))
        if arguments.source and names_missing_file(arguments.source):
            raise ConfigError(
                f"there is no file or folder {printable(arguments.source)}",
                hint="Check the spelling of --source.",
            )
        return
    if arguments.output is not None:
        require_folder("--output", arguments.output)
    if arguments.json not in (None, "-"):
        require_free("--json", [Path(arguments.json)], overwrite=arguments.overwrite, endings=JSON_ENDINGS)


def _playback(arguments: argparse.Namespace) -> PlaybackOptions:
    return PlaybackOptions(
        source=arguments.source or "0",
        json_to=arguments.json,
        output=arguments.output,
        max_frames=arguments.max_frames,
        show=arguments.source is None,
        quiet=arguments.json == "-",
        overwrite=arguments.overwrite,
    )


def _recognize(arguments: argparse.Namespace, settings: Settings) -> int:
    folder = _pictures(arguments)
    if folder is None:
        return play(settings, _playback(arguments), sys.stdout)
    return recognize_paths(
        settings,
        [folder],
        json_to=arguments.json,
        output=arguments.output,
        overwrite=arguments.overwrite,
        words_of=found_or_not,
    )
