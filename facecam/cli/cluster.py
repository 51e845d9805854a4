"""Sort photos by person without knowing anybody, into folders or as people."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from facecam.cli.terminal.export_note import note_export
from facecam.cli.terminal.flags import Parser, add_shared_flags, settings_from
from facecam.cli.terminal.output import Printer, plain, print_json, say
from facecam.cli.terminal.photo_report import tell_unused, unused_document
from facecam.cli.terminal.targets import require_apart, require_folder
from facecam.core.errors import ConfigError
from facecam.core.paths import printable
from facecam.core.words import counted
from facecam.engine.tools.cluster_folders import write_folders
from facecam.engine.tools.clustering import (
    DEFAULT_METHOD,
    METHODS,
    Clusters,
    cluster,
    enroll_clusters,
    require_groups,
)
from facecam.gallery.names import clean_name


def add_arguments(parser: Parser) -> None:
    """The flags of `cluster`."""
    parser.photos()
    parser.add_argument(
        "--method",
        choices=METHODS,
        default=DEFAULT_METHOD,
        help="average: groups whose faces are near each other on average; chinese-whispers, dbscan: chains of "
        f"neighbours, as in older programs (default: {DEFAULT_METHOD})",
    )
    parser.value(
        "--eps",
        "X",
        "average: groups with a smaller mean distance become one (default: from the model card, "
        "by the faces); else: faces closer than this are neighbours (default: the threshold) [squared_l2]",
        float,
    )
    parser.count("--min-faces", "smaller groups stay ungrouped", 2)
    parser.path("--output", "DIR", "copy the photos into a folder per person")
    parser.value(
        "--enroll",
        "N=NAME",
        "enroll group N as NAME; may be given several times",
        action="append",
        default=[],
    )
    parser.json()
    add_shared_flags(parser)


def run(arguments: argparse.Namespace) -> int:
    """Group; 1 if a photo could not be read or a group could not be enrolled."""
    if arguments.output is not None:
        require_folder("--output", arguments.output)
        require_apart("--output", arguments.output, arguments.paths)
    names = _names(arguments.enroll)
    settings, printer = settings_from(arguments), Printer()
    folders: list[Path] = []
    enrolled: list[str] = []

    def use(found: Clusters) -> None:
        require_groups(found, names)
        if arguments.output:
            folders.extend(write_folders(found, arguments.output, on_event=printer))
            note_export(settings, arguments.paths, printer, "groups", len(folders))
        if names:
            enrolled.extend(enroll_clusters(settings, found, names, on_event=printer))

    found = cluster(
        settings,
        arguments.paths,
        method=arguments.method,
        squared_l2=arguments.eps,
        min_faces=arguments.min_faces,
        use=use,
        on_event=printer,
    )
    if arguments.json:
        print_json(_document(found, folders, enrolled))
    else:
        _print(found, enrolled, folders)
        for folder in folders:
            say(f"copied: {printable(str(folder))}", sys.stderr)
    return tell_unused(found.found) or int(len(enrolled) < len(names))


def _names(texts: list[str]) -> dict[int, str]:
    names: dict[int, str] = {}
    for number, name in map(_number_and_name, texts):
        if number in names:
            raise ConfigError(
                f"--enroll names group {number} twice: {names[number]} and {name}",
                hint="Give each group one name.",
            )
        names[number] = name
    return names


def _number_and_name(text: str) -> tuple[int, str]:
    number, _, name = text.partition("=")
    if not number.isdecimal() or not name.strip():
        raise ConfigError(
            f"--enroll {text}", hint='Write the group\'s number and a name: --enroll "3=Ada Lovelace".'
        )
    return int(number), clean_name(name)


def _print(found: Clusters, enrolled: list[str], folders: list[Path]) -> None:
    for one in found.clusters:
        faces = found.faces_of(one)
        known = f", already enrolled: {one.name}" if one.name else ""
        say(f"group {one.number}: {counted(len(faces), 'face')}{known}")
        for face in faces:
            say(f"    {printable(face.label)}")
    if found.ungrouped:
        say(f"ungrouped: {counted(len(found.ungrouped), 'face')}")
        for index in found.ungrouped:
            say(f"    {printable(found.found.faces[index].label)}")
    if enrolled:
        say(f"enrolled: {', '.join(enrolled)}")
    elif found.clusters and not folders:
        say('Enroll a group with --enroll "1=NAME", or copy all into folders with --output DIR.')


def _document(found: Clusters, folders: list[Path], enrolled: list[str]) -> dict[str, Any]:
    def face(index: int) -> dict[str, Any]:
        one = found.found.faces[index]
        return {**plain(one, "path", "face"), "box": one.told}

    return {
        "groups": [
            {"number": one.number, "name": one.name, "faces": [face(index) for index in one.faces]}
            for one in found.clusters
        ],
        "ungrouped": [face(index) for index in found.ungrouped],
        "squared_l2": found.squared_l2,
        "match_score": found.squared_l2 if found.match_score is None else found.match_score,
        "folders": folders,
        "enrolled": enrolled,
        **unused_document(found.found),
    }
