"""List, prepare, add, calibrate, normalize, verify, deploy and remove models; fetch strangers to try them on."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from facecam.cli.terminal.confirm import confirmed
from facecam.cli.terminal.flags import Parser, add_shared_flags, given, settings_from
from facecam.cli.terminal.output import JsonProgress, Printer, answer, plain, say
from facecam.cli.terminal.targets import add_overwrite_flag, require_folder
from facecam.core.config import Settings
from facecam.core.errors import ConfigError, FacecamError
from facecam.core.events import Notice
from facecam.core.paths import printable
from facecam.core.words import counted
from facecam.engine import components
from facecam.engine.models import custom
from facecam.engine.models.choice import delete_model, require_deletable
from facecam.engine.models.cohorts import CohortOptions, make_cohort
from facecam.engine.models.export import FORMATS, export_model
from facecam.engine.models.first_use import prepare_models_here
from facecam.engine.models.published import compared, detectors_compared, get_model
from facecam.engine.models.published_catalog import PUBLISHED
from facecam.engine.models.verify import verify_models
from facecam.engine.places import STRANGERS_FOLDER
from facecam.runtime.card import CohortSpec, ModelCard

_NOTHING: Mapping[str, Any] = {}
#: In the help of what puts an embedder into `weights/`.
_CODES = (
    " Exit code 0: added and calibrated; 1: added, but not calibrated, so it names nobody until `models calibrate NAME "
    "--photos DIR`; 2: not added."
)
Action = Callable[[Settings, argparse.Namespace, Printer], int]


def add_arguments(parser: Parser) -> None:
    """The sub-commands of `models`."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")

    def action(name: str, do: Action, text: str, *, names_model: bool = False, more: str = "") -> Parser:
        told = f"{text[:1].upper()}{text[1:]}.{more}"
        sub = actions.add_parser(name, help=text, description=told, allow_abbrev=False)
        if names_model:
            sub.add_argument("name", metavar="NAME", help="a model of `models list`")
        sub.json()
        sub.set_defaults(do=do)
        add_shared_flags(sub)
        return sub

    action("list", _list, "the models in weights/")
    preparing = action(
        "prepare", _prepare, "convert the shipped models, choose the precision, make the demo material"
    )
    preparing.switch("--events", "progress as JSON lines on stdout")
    action("verify", _verify, "read every file of every model and compare its checksum")
    adding = action(
        "add",
        _add,
        "bring your own .onnx embedder, or anti-spoofing network: one picture in, one vector out",
        more=_CODES,
    )
    adding.add_argument("file", type=Path, metavar="FILE.onnx")
    adding.add_argument("--name", help="name in weights/ (default: from the file)")
    adding.add_argument(
        "--normalization",
        "--normalisation",
        dest="normalization",
        choices=tuple(custom.NORMALIZATIONS),
        default="half",
        help="(x-mean)/std: half (127.5, 127.5), facenet (127.5, 128), imagenet, or none",
    )
    adding.add_argument(
        "--channels",
        choices=("RGB", "BGR"),
        type=str.upper,
        default="RGB",
        help="which color it wants first: rgb, or bgr as networks fed by OpenCV do",
    )
    adding.add_argument(
        "--chip", choices=("dlib", "arcface"), help="crop it was trained on (default: arcface for 112x112)"
    )
    adding.add_argument("--licence", default="unknown", help="terms of the weights")
    adding.add_argument("--lineage", default=custom.UNKNOWN_LINEAGE, help="where they come from")
    adding.add_argument("--input-size", metavar="HxW", help="for networks that leave it open")
    adding.path("--photos", "DIR", "folders of people to calibrate on (default: data/)", there=True)
    add_overwrite_flag(adding, "--replace")
    adding.add_argument(
        "--task",
        choices=("embedding", "liveness"),
        default="embedding",
        help="liveness: tells live faces from photos; used with `live --require-live --liveness-model NAME`",
    )
    adding.value("--live-output", "N", "liveness: which of its values is that of a live face, from 0", int)
    adding.add_argument(
        "--activation",
        choices=("softmax", "sigmoid", "none"),
        help="liveness: what makes probabilities of its values (default: softmax, of a single value none)",
    )
    adding.value("--live-threshold", "P", "liveness: least probability (default: 0.5)", float, default=0.5)
    adding.value(
        "--crop",
        "SIDES",
        "liveness: side of the square it wants to see, in sides of the face's box (default: 2.7)",
        float,
        default=2.7,
    )
    getting = action(
        "get",
        _get,
        "fetch a published embedder or detector by name, try it and compare it with the one in use",
        more=_CODES,
    )
    getting.add_argument("name", choices=tuple(PUBLISHED), metavar="NAME", help=", ".join(PUBLISHED))
    getting.switch("--accept-licence", "keep to the terms of a model that is not free")
    getting.add_argument("--mirror", metavar="URL", help="folder on the web that holds the same file")
    getting.path(
        "--photos", "DIR", "folders of people to calibrate and compare on (default: data/)", there=True
    )
    add_overwrite_flag(getting, "--replace")
    calibrating = action(
        "calibrate",
        _calibrate,
        "find a model's threshold on folders of people",
        names_model=True,
        more=" Exit code 2: not calibrated, its card is as it was; two lines say why.",
    )
    calibrating.path("--photos", "DIR", "folders of people (default: data/)", there=True)
    making = action(
        "cohort",
        _cohort,
        "fit a model's cohort, by which scores are normalized, to many faces",
        names_model=True,
    )
    making.path(
        "--faces",
        "PATH",
        "folders, zip files or pictures of many different people, 12,000 of them if you can",
        nargs="+",
        required=True,
    )
    making.add_argument("--fitted-to", default="", metavar="TEXT", help="what these faces are, for the card")
    making.value("--terms", "TEXT", "on which terms they were given", dest="licence", default="unknown")
    making.count("--components", "Gaussians (default: as many as the faces support)")
    making.path("--photos", "DIR", "folders of people to calibrate on (default: data/)", there=True)
    exporting = action(
        "export", _export, "write an embedder as one file for other programs", names_model=True
    )
    exporting.add_argument("--format", choices=tuple(FORMATS), default="onnx", help="default: %(default)s")
    exporting.path("--output", "FILE", "default: NAME with the format's ending")
    add_overwrite_flag(exporting, "--replace")
    action("deploy", _deploy, "use this embedding model from now on", names_model=True)
    fetching = action(
        "strangers", _strangers, "fetch portraits of strangers, whom trained models are then tried on"
    )
    told = "where trainings find them unless told otherwise: %(default)s"
    fetching.path("--output", "DIR", told, default=STRANGERS_FOLDER)
    fetching.count("--count", "people at most (default: all, some 540)")
    fetching.add_argument("--site", metavar="URL", help="another server of the same files")
    removing = action("remove", _remove, "delete a model and its checkpoints", names_model=True)
    removing.switch("--yes", "do not ask")


def run(arguments: argparse.Namespace) -> int:
    """Do what was asked."""
    return int(arguments.do(settings_from(arguments), arguments, Printer()))


def _list(settings: Settings, arguments: argparse.Namespace, printer: Printer) -> int:
    store = components.open_weights(settings)
    rows: list[dict[str, Any]] = []
    faults, deployed = 0, ""
    try:
        deployed = store.deployed() if store.names() else ""
    except FacecamError as error:
        faults += 1
        printer(Notice(error.message, error.hint))
    for name in store.names():
        try:
            rows.append(_document(store.card(name), deployed))
        except FacecamError as error:
            faults += 1
            rows.append({"name": name, "error": error.message, "hint": error.hint})
    answer(arguments.json, rows, *map(_line, rows))
    if not rows and not arguments.json:
        say("No models yet: python main.py models prepare")
    return 1 if faults else 0


def _document(card: ModelCard, deployed: str) -> dict[str, Any]:
    known = plain(card, "name", "title", "task", "model_id", "dimensions", "threshold", "false_accept_rate")
    return {
        **known,
        "deployed": card.name == deployed,
        "cohort": None if card.cohort is None else _cohort_document(card.cohort),
        **plain(card, "calibrated_on", "licence", "lineage"),
    }


def _cohort_document(spec: CohortSpec) -> dict[str, Any]:
    names = ("file", "components", "size", "nearest", "weight", "false_accept_rate", "calibrated_on")
    return {**plain(spec, *names, "fitted_to", "licence"), "match_threshold": spec.threshold}


def _line(row: dict[str, Any]) -> str:
    if "error" in row:
        return f"  {row['name']}: {row['error']}\n    {row['hint']}"
    mark = "*" if row["deployed"] else " "
    facts = [row["title"], row["licence"]]
    if row["task"] == "embedding":
        limit = (
            f"threshold {row['threshold']} (1 in {1 / row['false_accept_rate']:.0f} strangers)"
            if row["threshold"] and row["false_accept_rate"]
            else "not calibrated"
        )
        facts += [f"{row['dimensions']} values", limit]
    if row["task"] == "liveness":
        facts.append("tells who is alive: live --require-live --liveness-model")
    return f"{mark} {row['name']}: {'; '.join(facts)}"


def _prepare(settings: Settings, arguments: argparse.Namespace, printer: Printer) -> int:
    prepare_models_here(settings, on_event=JsonProgress(printer) if arguments.events else printer)
    return _list(settings, arguments, printer) if arguments.json else 0


def _strangers(settings: Settings, arguments: argparse.Namespace, printer: Printer) -> int:
    # Here: what asks the network is loaded only when it is wanted.
    from facecam.engine.models.portraits import SITE, fetch_portraits

    require_folder("--output", arguments.output)
    site = arguments.site or SITE
    found = fetch_portraits(settings, arguments.output, count=arguments.count, site=site, on_event=printer)
    return answer(
        arguments.json,
        {"folder": str(found.folder), "people": found.people, "refused": found.refused},
        f"{counted(found.people, 'person')} in {printable(found.folder)}, {found.fetched} of them new; "
        f"{len(found.refused)} without a portrait that shows one face",
    )


def _verify(settings: Settings, arguments: argparse.Namespace, printer: Printer) -> int:
    del printer
    verdicts = verify_models(settings)
    lines = (f"{one.name}: ok" if one.ok else f"{one.name}: {one.message}\n  {one.hint}" for one in verdicts)
    answer(arguments.json, verdicts, *lines)
    return 0 if all(one.ok for one in verdicts) else 1


def _add(settings: Settings, arguments: argparse.Namespace, printer: Printer) -> int:
    parsed = {"input_size": _size(arguments.input_size), "liveness": _liveness(arguments)}
    new = custom.NewModel(**{**given(arguments, custom.NewModel), **parsed})
    card = custom.add_model(
        settings,
        arguments.file,
        new,
        calibrate_on=arguments.photos,
        replace_existing=arguments.overwrite,
        on_event=printer,
    )
    return _shown_as_added(card, arguments)


def _get(settings: Settings, arguments: argparse.Namespace, printer: Printer) -> int:
    in_use = components.model_in_use(settings)
    card = get_model(
        settings,
        arguments.name,
        accept_licence=arguments.accept_licence,
        photos=arguments.photos,
        replace_existing=arguments.overwrite,
        mirror=arguments.mirror,
        on_event=printer,
    )
    if card.task == "detection":
        return _compare_detectors(settings, card, arguments, printer)
    reports = compared(settings, [in_use, card.name], arguments.photos, on_event=printer)
    figures: dict[str, dict[str, float] | None] = {}
    lines = []
    for name, report in reports.items():
        figures[name], words = None, "too few people and photos to say"
        if (point := report.suggested) is not None:
            missed, named = point.fnir.value, point.fpir.value
            figures[name] = {"missed": missed, "strangers_named": named}
            words = f"{missed:.1%} of known faces missed where {named:.1%} of strangers get a name"
        lines.append(f"  {name}{' (in use)' if name == in_use else ''}: {words}")
    lines.append(f"  Nothing has changed yet; `python main.py models deploy {card.name}` puts it in use.")
    return _shown_as_added(card, arguments, {"compared": figures}, *lines)


def _compare_detectors(
    settings: Settings, card: ModelCard, arguments: argparse.Namespace, printer: Printer
) -> int:
    names = [settings.detector, card.name]
    reports = detectors_compared(settings, names, arguments.photos, on_event=printer)
    figures = {
        name: {"photos": one.photos, "with_face": one.found, "ms": round(one.ms, 1)}
        for name, one in reports.items()
    }
    lines = [
        f"  {name}{' (in use)' if name == settings.detector else ''}: a face in {one.found} of "
        f"{counted(one.photos, 'photo')}, {one.ms:.0f} ms each"
        for name, one in reports.items()
    ]
    lines.append(f"  Nothing has changed yet; `--detector {card.name}` uses it.")
    document = _document(card, "")
    return answer(arguments.json, {**document, "compared": figures}, _line(document), *lines)


def _calibrate(settings: Settings, arguments: argparse.Namespace, printer: Printer) -> int:
    card = custom.calibrate_model(settings, arguments.name, arguments.photos, on_event=printer)
    return _show(card, arguments)


def _cohort(settings: Settings, arguments: argparse.Namespace, printer: Printer) -> int:
    options = CohortOptions(**given(arguments, CohortOptions))
    make_cohort(settings, arguments.name, options, on_event=printer)
    card = custom.calibrate_model(settings, arguments.name, arguments.photos, on_event=printer)
    return _show(card, arguments)


def _export(settings: Settings, arguments: argparse.Namespace, printer: Printer) -> int:
    done = export_model(
        settings,
        arguments.name,
        arguments.format,
        arguments.output,
        replace=arguments.overwrite,
        on_event=printer,
    )
    document = {"name": arguments.name, "format": arguments.format, "file": str(done.path)}
    document |= plain(done, "side_px", "dimensions", "difference")
    count = "1" if arguments.format == "litert" else "N"
    words = (
        f"{printable(done.path)}: face chips ({count}, {done.side_px}, {done.side_px}, 3), RGB 0-255, "
        f"float32 in; unit vectors ({count}, {done.dimensions}) out, "
        f"equal to the model's within {done.difference:.1e}"
    )
    return answer(arguments.json, document, words)


def _deploy(settings: Settings, arguments: argparse.Namespace, printer: Printer) -> int:
    card = custom.deploy(settings, arguments.name, printer)
    words = f"{card.name} is used from now on; `python main.py people rebuild` makes the database with it."
    return answer(arguments.json, {"name": card.name, "deployed": True}, words)


def _remove(settings: Settings, arguments: argparse.Namespace, printer: Printer) -> int:
    del printer
    store = components.open_weights(settings)
    # What is not there, or has to stay, is complained about, not asked about.
    require_deletable(settings, arguments.name)
    ask = store.path(arguments.name).is_dir() and not arguments.yes
    if ask and not confirmed(f"Delete the model {arguments.name}, its checkpoints included?"):
        return answer(arguments.json, {"name": arguments.name, "removed": False}, "Nothing was removed.")
    delete_model(settings, arguments.name)
    gone = {"name": arguments.name, "removed": True}
    return answer(arguments.json, gone, f"{arguments.name} was removed.")


def _show(card: ModelCard, arguments: argparse.Namespace) -> int:
    document = _document(card, "")
    return answer(arguments.json, document, _line(document))


def _shown_as_added(
    card: ModelCard, arguments: argparse.Namespace, more: Mapping[str, Any] = _NOTHING, *lines: str
) -> int:
    """Exit code 1 for an embedder that is there and names nobody yet; a line on stderr has said why."""
    document = _document(card, "")
    answer(arguments.json, {**document, **more}, _line(document), *lines)
    return int(card.task == "embedding" and card.threshold is None)


def _liveness(arguments: argparse.Namespace) -> custom.LivenessWish | None:
    if arguments.task != "liveness":
        if arguments.live_output is not None or arguments.activation is not None:
            raise ConfigError(
                "--live-output and --activation are for --task liveness", hint="Add it, or leave them out."
            )
        return None
    return custom.LivenessWish(
        arguments.live_output, arguments.activation, arguments.live_threshold, arguments.crop
    )


def _size(text: str | None) -> tuple[int, int] | None:
    if text is None:
        return None
    found = re.fullmatch(r"(\d{2,4})x(\d{2,4})", text.lower())
    if not found:
        raise ConfigError(f"--input-size {text} is no size", hint="Write height x width, such as 112x112.")
    return int(found[1]), int(found[2])
