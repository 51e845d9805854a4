"""Look after the people in the database."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from facecam.cli.actions.people_check import check_people
from facecam.cli.actions.people_consent import (
    consent_words,
    note_consent,
    person_document,
    say_other_files,
    show_audit,
    show_person,
    withdraw_consent,
)
from facecam.cli.actions.people_erase import erase
from facecam.cli.terminal.confirm import confirmed
from facecam.cli.terminal.flags import Parser, add_shared_flags, settings_from
from facecam.cli.terminal.output import Printer, answer, plain, print_error, print_json, say, short
from facecam.cli.terminal.targets import add_overwrite_flag, require_free
from facecam.core.config import Settings
from facecam.core.errors import ConfigError, EnrollmentError, FacecamError
from facecam.core.paths import printable, resolved
from facecam.core.server_address import folder_or_address, require_usable
from facecam.core.words import counted
from facecam.engine.enrollment.rejections import reject_photos
from facecam.engine.people import directory
from facecam.engine.people.home_move import move_people
from facecam.engine.people.list import RosterEntry
from facecam.engine.people.withdrawal import plan_for
from facecam.gallery.names import fresh_name, shared_names

_LEGACY_NPY, _LEGACY_NAMES = "faces_emb_reference.npy", "names_reference.txt"
_CONSENTS = "consent_reference.csv"
Action = Callable[[Settings, argparse.Namespace, Printer], int]


def add_arguments(parser: Parser) -> None:
    """The sub-commands of `people`."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")

    def action(name: str, do: Action, text: str) -> Parser:
        sub = actions.add_parser(name, help=text, description=text, allow_abbrev=False)
        sub.json()
        sub.set_defaults(do=do)
        add_shared_flags(sub)
        return sub

    def somebody(sub: Parser, *names: tuple[str, str, str | None]) -> None:
        for name, metavar, text in names:
            sub.add_argument(name, metavar=metavar, help=text)
        sub.switch("--id", f"{names[0][1]} is an id, where two share a name")

    action("list", _list, "everybody in the database and in data/")
    showing = action("show", show_person, "what is kept about somebody, and what they agreed to")
    somebody(showing, ("name", "NAME", None))
    consenting = action(
        "consent", note_consent, "note what somebody agreed to be recognised for, with today's date"
    )
    somebody(consenting, ("name", "NAME", None))
    consenting.add_argument("text", metavar="TEXT", help="the purpose, in your words")
    withdrawing = action(
        "withdraw",
        withdraw_consent,
        "somebody takes their consent back: delete them for good, with a receipt",
    )
    somebody(withdrawing, ("name", "NAME", None))
    withdrawing.switch("--yes", "do not ask")
    withdrawing.path("--receipt", "FILE", "also write the receipt, as JSON")
    add_overwrite_flag(withdrawing)
    action(
        "audit",
        show_audit,
        "who enrolled, exported, deleted people or set a threshold, and when; it holds no names",
    )
    renaming = action("rename", _rename, "give somebody another name")
    somebody(renaming, ("old", "NAME", None))
    renaming.add_argument("new", metavar="NEW_NAME")
    deletion = action(
        "delete", _delete, "remove somebody: photos and vectors, also from the previous generation"
    )
    somebody(deletion, ("name", "NAME", None))
    deletion.switch("--yes", "do not ask")
    erasing = action(
        "erase",
        erase,
        "erase everything of yours: people, photos, trainings, models that learnt from them, visits, caches",
    )
    erasing.switch("--yes", "do not ask")
    merging = action("merge", _merge, "give the photos and vectors of one person to another")
    somebody(
        merging,
        ("source", "SOURCE", "who is gone afterwards"),
        ("target", "TARGET", "who keeps everything"),
    )
    rejecting = action("reject", _reject, "remember that photos do not show somebody they look like")
    somebody(rejecting, ("name", "NAME", "who the photos do not show"))
    rejecting.path("photos", "PHOTO", "photos of somebody else", nargs="+")
    action("rebuild", _rebuild, "make the database anew from the photos in data/")
    moving = action(
        "move", _move, "take everybody and their visits to another database: a folder, or a server"
    )
    moving.value(
        "--to",
        "URL|FOLDER",
        "postgresql://NAME@HOST/DATABASE, or a folder; nobody may be there yet, unless it is a repetition",
        _target,
        required=True,
    )
    moving.switch("--remove-source", "once all was compared, delete them where they are now")
    checking = action(
        "check",
        check_people,
        "find unreadable, faceless, blurred, copied and mislabelled photos; nothing is changed",
    )
    checking.path("--contact-sheet", "FILE", "show what was found as .jpg, .png or .html")
    add_overwrite_flag(checking)
    checking.switch("--no-cache", "remember nothing for the next check")
    taking = action("import", _import, "take over an older database or encodings of face_recognition")
    taking.add_argument("--npy", type=Path, help=f"the older {_LEGACY_NPY}")
    taking.add_argument("--names", type=Path, help=f"the older {_LEGACY_NAMES} (default: beside the .npy)")
    taking.path("--encodings", "FILE", "FILE.npy, .npz or .json of face_recognition")
    giving = action(
        "export",
        _export,
        f"write {_LEGACY_NPY} and {_LEGACY_NAMES} of the older program, and who agreed to what",
    )
    giving.path("folder", "DIR", "where to; what lies there is yours")
    add_overwrite_flag(giving)


def run(arguments: argparse.Namespace) -> int:
    """Do what was asked."""
    settings, printer = settings_from(arguments), Printer()
    for who in ("name", "old", "source", "target"):
        if isinstance(named := getattr(arguments, who, None), str):
            by_id = arguments.id
            setattr(arguments, who, directory.the_one_meant(settings, named, is_id=by_id, on_event=printer))
    return int(arguments.do(settings, arguments, printer))


def _list(settings: Settings, arguments: argparse.Namespace, printer: Printer) -> int:
    rows = directory.list_people(settings, printer)
    if arguments.json:
        print_json([{**person_document(one), "alignments": dict(one.alignments)} for one in rows])
        return 0
    shared = shared_names(one.identity.name for one in rows)
    for one in rows:
        mark = f" [id {one.identity.id}]" if one.identity.id and one.identity.name in shared else ""
        say(f"{short(one.identity.name)}: {counted(len(one.photos), 'photo')}, {_state(one)}{mark}")
    if not rows:
        say("Nobody is enrolled yet. Enroll somebody: python main.py enroll NAME PHOTO…")
    return 0


def _state(one: RosterEntry) -> str:
    if not one.identity.id:
        return _not_enrolled(one.identity.name)
    state = counted(one.vectors, "vector")
    if one.standing == "other alignment":
        state += (
            " (made with another detector: matched with a threshold of their own; add photos to better them)"
        )
    if one.kept:
        state += f", {one.kept} kept for another model"
    return f"{state}, {consent_words(one.consent)}"


def _not_enrolled(name: str) -> str:
    try:
        fresh_name(name)
    except FacecamError:
        return "nobody can be called that: rename the folder"
    return "not enrolled: run `people rebuild`"


def _rename(settings: Settings, arguments: argparse.Namespace, printer: Printer) -> int:
    identity = directory.rename_person(settings, arguments.old, arguments.new, printer)
    return answer(arguments.json, plain(identity, "id", "name"), f"{arguments.old} is now {identity.name}.")


def _delete(settings: Settings, arguments: argparse.Namespace, printer: Printer) -> int:
    if (gone := directory.finished_deletion(settings, arguments.name, printer)) is not None:
        rest = {"photos": 0, "other_files": 0, "models": [], "runs": [], "perhaps": [], "fitted": []}
        finished = {**plain(gone, "id", "name"), **rest}
        words = f"{gone.name} was deleted: what had been cut off is finished."
        return answer(arguments.json, finished, words)
    plan = plan_for(settings, arguments.name, printer)
    stays = plan.stays
    say_other_files(plan.other_files)
    if not arguments.yes:
        if stays.text:
            say(printable(stays.text), sys.stderr)
        if not confirmed(f"Delete {printable(arguments.name)}, all photos and vectors?"):
            kept = {"name": arguments.name, "deleted": False}
            return answer(arguments.json, kept, "Nothing was deleted.")
    identity, photos = directory.delete_person(settings, arguments.name, printer)
    what = f"{counted(photos, 'photo')} and every vector, also from the previous generation"
    if plan.other_files:
        what += f", and {counted(plan.other_files, 'other file')} in their folder"
    document = {
        **plain(identity, "id", "name"),
        "photos": photos,
        "other_files": plan.other_files,
        **plain(stays, "models", "runs", "perhaps", "fitted"),
    }
    answer(arguments.json, document, f"{identity.name} was deleted: {what}.")
    if stays.text:
        say(printable(f"{stays.text} {stays.hint}"), sys.stderr)
    return 0


def _merge(settings: Settings, arguments: argparse.Namespace, printer: Printer) -> int:
    identity = directory.merge_people(settings, arguments.source, arguments.target, printer)
    words = f"{arguments.source} is now part of {identity.name}."
    return answer(arguments.json, plain(identity, "id", "name"), words)


def _reject(settings: Settings, arguments: argparse.Namespace, printer: Printer) -> int:
    rejected = reject_photos(settings, arguments.name, arguments.photos, on_event=printer)
    count = rejected.faces
    words = f"{counted(count, 'face')} will not be taken for {rejected.identity.name} again."
    answer(arguments.json, {**plain(rejected.identity, "id", "name"), "faces": count}, words)
    return 0 if count == len(arguments.photos) else 1


def _rebuild(settings: Settings, arguments: argparse.Namespace, printer: Printer) -> int:
    gallery, left_out = directory.rebuild(settings, on_event=printer)
    words = (
        f"The database was made anew: {counted(len(gallery), 'person')}, "
        f"{counted(len(gallery.vectors), 'vector')}."
    )
    if left_out and arguments.json:
        message = f"left out for lack of usable photos: {', '.join(map(short, left_out))}"
        print_error(
            EnrollmentError(message, hint="See each photo with its reason: python main.py people check")
        )
    elif left_out:
        words += f" Left out for lack of usable photos: {', '.join(map(short, left_out))}."
    document = {"people": len(gallery), "vectors": len(gallery.vectors), "left_out": left_out}
    answer(arguments.json, document, words)
    return 1 if left_out else 0


def _target(text: str) -> Path | str:
    """What `--to` names, refused by its own name."""
    try:
        place = folder_or_address(text)
        if isinstance(place, str):
            require_usable(place)
    except ConfigError as error:
        raise ConfigError(error.message.replace("--database", "--to"), hint=error.hint) from error
    return place


def _move(settings: Settings, arguments: argparse.Namespace, printer: Printer) -> int:
    moved = move_people(settings, arguments.to, remove_source=arguments.remove_source, on_event=printer)
    # From wherever it is read: a folder as it was named holds only here.
    setting = arguments.to if isinstance(arguments.to, str) else arguments.to.absolute().as_posix()
    words = (
        f"{counted(moved.people, 'person')}, {counted(moved.vectors, 'vector')} and "
        f"{counted(moved.visits, 'visit')} are in {moved.to}, compared number by number.\n"
        f'Use it from now on: --database {moved.to}, or in facecam.toml: database = "{setting}".'
    )
    if not arguments.remove_source:
        words += f"\nThe copy in {moved.source} stays: delete it when all is well (--remove-source)."
    return answer(arguments.json, moved, words)


def _import(settings: Settings, arguments: argparse.Namespace, printer: Printer) -> int:
    if (arguments.npy is None) == (arguments.encodings is None):
        raise ConfigError("name what to import", hint=f"Give either --npy {_LEGACY_NPY} or --encodings FILE.")
    if arguments.npy is not None:
        names = arguments.names or arguments.npy.with_name(_LEGACY_NAMES)
        identities = directory.import_legacy(settings, arguments.npy, names, on_event=printer)
    else:
        identities = directory.import_encodings(settings, arguments.encodings, on_event=printer)
    names_taken = [one.name for one in identities]
    words = f"{counted(len(names_taken), 'person')} imported: {', '.join(map(short, names_taken))}"
    return answer(arguments.json, {"imported": names_taken}, words)


def _export(settings: Settings, arguments: argparse.Namespace, printer: Printer) -> int:
    folder = arguments.folder
    for own in (settings.database, settings.data, settings.weights):
        if resolved(folder) == resolved(own):
            raise ConfigError(
                f"{printable(folder)} is a folder of facecam's own",
                hint="Choose another: whoever is deleted later would stay in what is written there.",
            )
    npy, names, consents = folder / _LEGACY_NPY, folder / _LEGACY_NAMES, folder / _CONSENTS
    require_free("the export", (npy, names, consents), overwrite=arguments.overwrite)
    left_out = directory.export_legacy(settings, npy, names, consents, printer)
    words = f"{npy}, {names} and {consents} are written."
    if left_out:
        words += f" Without vectors: {', '.join(left_out)}."
    document = {"npy": str(npy), "names": str(names), "consents": str(consents), "left_out": left_out}
    return answer(arguments.json, document, words)
