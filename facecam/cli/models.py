"""List, prepare, add, calibrate, normalize, verify, deploy and remove models; fetch strangers to try them on."""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import Any

from facecam.cli.terminal.confirm import confirmed
from facecam.cli.terminal.flags import add_shared_flags, positive, require_path, settings_from
from facecam.cli.terminal.output import JsonProgress, Printer, print_json, say
from facecam.cli.terminal.targets import add_overwrite_flag, require_folder
from facecam.core.config import Settings
from facecam.core.errors import ConfigError, FacecamError
from facecam.core.events import Notice
from facecam.core.paths import printable
from facecam.core.words import counted
from facecam.engine import components
from facecam.engine.models import custom
from facecam.engine.models.cohorts import CohortOptions, make_cohort
from facecam.engine.models.export import FORMATS, export_model
from facecam.engine.models.first_use import prepare_models_here
from facecam.engine.models.published import PUBLISHED, compared, get_model
from facecam.engine.models.verify import verify_models
from facecam.engine.places import STRANGERS_FOLDER
from facecam.runtime.card import CohortSpec, ModelCard

#: Of a card and of its cohort: what `--json` says as it stands there.
_FACTS = (
    *("name", "title", "task", "model_id", "dimensions", "threshold", "false_accept_rate", "calibrated_on"),
    *("licence", "lineage"),
)
_COHORT_FACTS = (
    *("file", "components", "size", "nearest", "weight", "false_accept_rate", "calibrated_on"),
    *("fitted_to", "licence"),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The sub-commands of `models`."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")

    def action(name: str, text: str, *, names_model: bool = False) -> argparse.ArgumentParser:
        sub = actions.add_parser(name, help=text, description=text, allow_abbrev=False)
        if names_model:
            sub.add_argument("name", metavar="NAME", help="a model of `models list`")
        sub.add_argument("--json", action="store_true", help="one JSON document")
        add_shared_flags(sub)
        return sub

    def photos(sub: argparse.ArgumentParser, purpose: str = "") -> None:
        words = " ".join(filter(None, ("folders of people", purpose, "(default: data/)")))
        sub.add_argument("--photos", type=Path, metavar="DIR", help=words)

    action("list", "the models in weights/")
    preparing = action("prepare", "convert the shipped models, choose the precision, make the demo material")
    preparing.add_argument("--events", action="store_true", help="progress as JSON lines on stdout")
    action("verify", "read every file of every model and compare its checksum")
    adding = action(
        "add", "bring your own .onnx embedder, or anti-spoofing network: one RGB image in, one vector out"
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
        "--chip", choices=("dlib", "arcface"), help="crop it was trained on (default: arcface for 112x112)"
    )
    adding.add_argument("--licence", default="unknown", help="terms of the weights")
    adding.add_argument("--lineage", default=custom.UNKNOWN_LINEAGE, help="where they come from")
    adding.add_argument("--input-size", metavar="HxW", help="for networks that leave it open")
    photos(adding, "to calibrate on")
    adding.add_argument("--replace", action="store_true", help="replace a model of that name")
    adding.add_argument(
        "--task", choices=("embedding", "liveness"), default="embedding",
        help="liveness: tells live faces from photos; used with `live --require-live --liveness-model NAME`",
    )  # fmt: skip
    adding.add_argument(
        "--live-output",
        type=int,
        metavar="N",
        help="liveness: which of its values is that of a live face, from 0",
    )
    adding.add_argument(
        "--activation", choices=("softmax", "sigmoid", "none"),
        help="liveness: what makes probabilities of its values (default: softmax, of a single value none)",
    )  # fmt: skip
    adding.add_argument(
        "--live-threshold",
        type=float,
        default=0.5,
        metavar="P",
        help="liveness: least probability (default: 0.5)",
    )
    adding.add_argument(
        "--crop", type=float, default=2.7, metavar="SIDES",
        help="liveness: side of the square it wants to see, in sides of the face's box (default: 2.7)",
    )  # fmt: skip
    getting = action(
        "get", "fetch a published embedder by name, calibrate it and compare it with the one in use"
    )
    getting.add_argument("name", choices=tuple(PUBLISHED), metavar="NAME", help=", ".join(PUBLISHED))
    getting.add_argument(
        "--accept-licence", action="store_true", help="keep to the terms of a model that is not free"
    )
    getting.add_argument("--mirror", metavar="URL", help="folder on the web that holds the same file")
    photos(getting, "to calibrate and compare on")
    getting.add_argument("--replace", action="store_true", help="replace a model of that name")
    calibrating = action("calibrate", "find a model's threshold on folders of people", names_model=True)
    photos(calibrating)
    making = action(
        "cohort", "fit a model's cohort, by which scores are normalized, to many faces", names_model=True
    )
    making.add_argument(
        "--faces", type=Path, nargs="+", required=True, metavar="PATH",
        help="folders, zip files or pictures of many different people, 12,000 of them if you can",
    )  # fmt: skip
    making.add_argument("--fitted-to", default="", metavar="TEXT", help="what these faces are, for the card")
    making.add_argument("--terms", default="unknown", metavar="TEXT", help="on which terms they were given")
    making.add_argument(
        "--components", type=positive, help="Gaussians (default: as many as the faces support)"
    )
    photos(making, "to calibrate on")
    exporting = action("export", "write an embedder as one file for other programs", names_model=True)
    exporting.add_argument("--format", choices=tuple(FORMATS), default="onnx", help="default: %(default)s")
    exporting.add_argument(
        "--output", type=Path, metavar="FILE", help="default: NAME with the format's ending"
    )
    add_overwrite_flag(exporting, "--replace")
    action("deploy", "use this embedding model from now on", names_model=True)
    fetching = action("strangers", "fetch portraits of strangers, whom trained models are then tried on")
    fetching.add_argument(
        "--output", type=Path, default=STRANGERS_FOLDER, metavar="DIR",
        help="where trainings find them unless told otherwise: %(default)s",
    )  # fmt: skip
    fetching.add_argument(
        "--count", type=positive, metavar="N", help="people at most (default: all, some 540)"
    )
    fetching.add_argument("--site", metavar="URL", help="another server of the same files")
    removing = action("remove", "delete a model and its checkpoints", names_model=True)
    removing.add_argument("--yes", action="store_true", help="do not ask")


def run(arguments: argparse.Namespace) -> int:
    """Do what was asked."""
    if getattr(arguments, "photos", None) is not None:
        require_path(arguments.photos)
    return int(_ACTIONS[arguments.action](settings_from(arguments), arguments, Printer()))


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
    if arguments.json:
        print_json(rows)
    else:
        for row in rows:
            say(_line(row))
        if not rows:
            say("No models yet: python main.py models prepare")
    return 1 if faults else 0


def _document(card: ModelCard, deployed: str) -> dict[str, Any]:
    cohort = None if card.cohort is None else _cohort_document(card.cohort)
    document = {name: getattr(card, name) for name in _FACTS}
    return {**document, "deployed": card.name == deployed, "cohort": cohort}


def _cohort_document(spec: CohortSpec) -> dict[str, Any]:
    return {**{name: getattr(spec, name) for name in _COHORT_FACTS}, "match_threshold": spec.threshold}


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
    printer.finish()
    return _list(settings, arguments, printer) if arguments.json else 0


def _strangers(settings: Settings, arguments: argparse.Namespace, printer: Printer) -> int:
    # Here: what asks the network is loaded only when it is wanted.
    from facecam.engine.models.portraits import SITE, fetch_portraits

    require_folder("--output", arguments.output)
    site = arguments.site or SITE
    found = fetch_portraits(settings, arguments.output, count=arguments.count, site=site, on_event=printer)
    printer.finish()
    if arguments.json:
        print_json({"folder": str(found.folder), "people": found.people, "refused": found.refused})
    else:
        say(
            f"{counted(found.people, 'person')} in {printable(str(found.folder))}, {found.fetched} of them new; "
            f"{len(found.refused)} without a portrait that shows one face"
        )
    return 0


def _verify(settings: Settings, arguments: argparse.Namespace, printer: Printer) -> int:
    del printer
    verdicts = verify_models(settings)
    if arguments.json:
        facts = ("name", "status", "file", "message", "hint")
        print_json([{name: getattr(one, name) for name in facts} for one in verdicts])
    else:
        for one in verdicts:
            say(f"{one.name}: ok" if one.ok else f"{one.name}: {one.message}\n  {one.hint}")
    return 0 if all(one.ok for one in verdicts) else 1


def _add(settings: Settings, arguments: argparse.Namespace, printer: Printer) -> int:
    new = custom.NewModel(
        name=arguments.name,
        normalization=arguments.normalization,
        chip=arguments.chip,
        licence=arguments.licence,
        lineage=arguments.lineage,
        input_size=_size(arguments.input_size),
        liveness=_liveness(arguments),
    )
    card = custom.add_model(
        settings,
        arguments.file,
        new,
        calibrate_on=arguments.photos,
        replace_existing=arguments.replace,
        on_event=printer,
    )
    printer.finish()
    return _show(card, arguments)


def _get(settings: Settings, arguments: argparse.Namespace, printer: Printer) -> int:
    in_use = settings.model or components.open_weights(settings).deployed()
    card = get_model(
        settings,
        arguments.name,
        accept_licence=arguments.accept_licence,
        photos=arguments.photos,
        replace_existing=arguments.replace,
        mirror=arguments.mirror,
        on_event=printer,
    )
    reports = compared(settings, [in_use, card.name], arguments.photos, on_event=printer)
    printer.finish()
    if arguments.json:
        figures = {
            name: None
            if (point := report.suggested) is None
            else {"missed": point.fnir.value, "strangers_named": point.fpir.value}
            for name, report in reports.items()
        }
        print_json({**_document(card, ""), "compared": figures})
        return 0
    say(_line(_document(card, "")))
    for name, report in reports.items():
        point = report.suggested
        words = (
            "too few people and photos to say"
            if point is None
            else f"{point.fnir.value:.1%} of known faces missed where {point.fpir.value:.1%} of strangers get a name"
        )
        say(f"  {name}{' (in use)' if name == in_use else ''}: {words}")
    say(f"  Nothing has changed yet; `python main.py models deploy {card.name}` puts it in use.")
    return 0


def _calibrate(settings: Settings, arguments: argparse.Namespace, printer: Printer) -> int:
    card = custom.calibrate_model(settings, arguments.name, arguments.photos, on_event=printer)
    printer.finish()
    return _show(card, arguments)


def _cohort(settings: Settings, arguments: argparse.Namespace, printer: Printer) -> int:
    options = CohortOptions(
        faces=tuple(arguments.faces),
        fitted_to=arguments.fitted_to,
        licence=arguments.terms,
        components=arguments.components,
    )
    make_cohort(settings, arguments.name, options, on_event=printer)
    card = custom.calibrate_model(settings, arguments.name, arguments.photos, on_event=printer)
    printer.finish()
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
    printer.finish()
    document = {
        "name": arguments.name,
        "format": arguments.format,
        "file": str(done.path),
        "side_px": done.side_px,
        "dimensions": done.dimensions,
        "difference": done.difference,
    }
    count = "1" if arguments.format == "litert" else "N"
    words = (
        f"{printable(str(done.path))}: face chips ({count}, {done.side_px}, {done.side_px}, 3), RGB 0-255, "
        f"float32 in; unit vectors ({count}, {done.dimensions}) out, "
        f"equal to the model's within {done.difference:.1e}"
    )
    return _done(arguments, document, words)


def _deploy(settings: Settings, arguments: argparse.Namespace, printer: Printer) -> int:
    del printer
    card = custom.deploy(settings, arguments.name)
    words = f"{card.name} is used from now on; `python main.py people rebuild` makes the database with it."
    return _done(arguments, {"name": card.name, "deployed": True}, words)


def _remove(settings: Settings, arguments: argparse.Namespace, printer: Printer) -> int:
    del printer
    store = components.open_weights(settings)
    # What is not there is complained about, not asked about.
    ask = store.path(arguments.name).is_dir() and not arguments.yes
    if ask and not confirmed(f"Delete the model {arguments.name}, its checkpoints included?"):
        return _done(arguments, {"name": arguments.name, "removed": False}, "Nothing was removed.")
    store.remove(arguments.name)
    return _done(arguments, {"name": arguments.name, "removed": True}, f"{arguments.name} was removed.")


def _done(arguments: argparse.Namespace, document: dict[str, object], words: str) -> int:
    if arguments.json:
        print_json(document)
    else:
        say(words)
    return 0


def _show(card: ModelCard, arguments: argparse.Namespace) -> int:
    document = _document(card, "")
    if arguments.json:
        print_json(document)
    else:
        say(_line(document))
    return 0


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


_ACTIONS = {
    "list": _list,
    "prepare": _prepare,
    "verify": _verify,
    "get": _get,
    "add": _add,
    "calibrate": _calibrate,
    "cohort": _cohort,
    "export": _export,
    "deploy": _deploy,
    "strangers": _strangers,
    "remove": _remove,
}
