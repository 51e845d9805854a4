"""What is done to the people of the household: on the command line, and as the window does it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from facecam.cli.main import main
from facecam.core.encryption import at_rest
from facecam.core.errors import FacecamError
from facecam.core.types import Box, Identity
from facecam.engine import components
from facecam.engine.enrollment.enroller import Enroller
from facecam.engine.enrollment.rejections import accept_pictures, reject_faces, take_back
from facecam.engine.live.actions import name_face, undo_naming
from facecam.engine.people.editor import PeopleEditor
from facecam.engine.people.person_page import PersonPageBuilder
from facecam.engine.people.resemblances import TwoPeople
from facecam.engine.photos.chosen_faces import ChosenFaces
from facecam.engine.photos.hash_cache import PhotoDigests
from facecam.engine.photos.library import PhotoLibrary
from facecam.engine.photos.no_faces import NoFaces, in_photo, in_source
from facecam.engine.photos.portrait import Portrait
from facecam.engine.recognition.face_crops import FaceSample
from facecam.engine.transactions.layout import EXPORT_FILES
from facecam.training.run.folder import write_json
from facecam.vision.images.read import read_picture
from tests.faults.stage import Hand, face_of, picture, save
from tests.faults.world import PEOPLE, World, embeddings_of, identity

ONE, TWO, THREE = PEOPLE[:3]
#: A name that no folder can have: the true one goes into `person.json`.
ODD = "Ünï:c/ode "


@dataclass(frozen=True)
class Scenario:
    """Something done to people.

    Attributes:
        name: of the scenario.
        run: does it; returns the exit code.
        changed: people who may differ afterwards; everybody else must be as before at every moment.
        deletes: who is gone afterwards, without a byte left.
        prepare: done before, undisturbed.
        repeatable: whether the same command again must succeed and double nothing.
        via: a scenario in whose end this one may be cut off, too: it does that first, and takes it back.
        twice: whether it makes sense for two processes at once.
        seals: whether encryption is on afterwards, and not a byte of anybody is to be seen.
        stepwise: cut off it may have done one thing and not the next; the same again does the rest.
        result: what it makes besides, the same when it was cut off and repeated; of what cannot be, at every moment.
    """

    name: str
    run: Callable[[World], int]
    changed: tuple[str, ...]
    deletes: str = ""
    prepare: Callable[[World], None] = lambda world: None
    repeatable: bool = True
    via: str = ""
    twice: bool = False
    seals: bool = False
    stepwise: bool = False
    result: Callable[[World], object] = lambda world: None


def command(*words: str) -> Callable[[World], int]:
    """A command line; `{root}` becomes the household's folder."""

    def run(world: World) -> int:
        world.enter()
        places = [f"--{name}={world.root / name}" for name in ("data", "database", "weights")]
        return main([word.replace("{root}", str(world.root)) for word in words] + places)

    return run


def window(act: Callable[[World, PeopleEditor], None]) -> Callable[[World], int]:
    """What the window does between its start and its end."""

    def run(world: World) -> int:
        world.enter()
        editor = PeopleEditor(world.settings)
        try:
            editor.recover()
            act(world, editor)
            editor.close()
        except FacecamError:
            return 2
        return 0

    return run


def _delete(world: World, editor: PeopleEditor) -> None:
    editor.delete(identity(world.settings, ONE))


def _delete_and_undo(world: World, editor: PeopleEditor) -> None:
    editor.delete(identity(world.settings, ONE))()


def _delete_many(world: World, editor: PeopleEditor) -> None:
    editor.delete_all([identity(world.settings, name) for name in (ONE, TWO)])


def _delete_many_and_undo(world: World, editor: PeopleEditor) -> None:
    editor.delete_all([identity(world.settings, name) for name in (ONE, TWO)])()


def _merge_many(world: World, editor: PeopleEditor) -> None:
    gone = [identity(world.settings, name) for name in (ONE, THREE)]
    editor.merge_all(gone, identity(world.settings, TWO))


def _merge(world: World, editor: PeopleEditor) -> None:
    editor.merge(identity(world.settings, ONE), identity(world.settings, TWO))


def _merge_and_undo(world: World, editor: PeopleEditor) -> None:
    editor.merge(identity(world.settings, ONE), identity(world.settings, TWO))()


def _rename_and_undo(world: World, editor: PeopleEditor) -> None:
    editor.rename(identity(world.settings, ONE), "Quite Another")()


def _remove_photo(world: World, editor: PeopleEditor, undo: bool = False) -> None:
    who = identity(world.settings, ONE)
    photo = next(
        path
        for path in PhotoLibrary(world.settings.data).photos_of(ONE)
        if at_rest.read_bytes(path) == (world.originals / "0" / "0.png").read_bytes()
    )
    back = editor.remove_photos(who, {photo: embeddings_of(world, 0, [0]).vectors})
    if undo:
        back()


def _remove_photo_and_undo(world: World, editor: PeopleEditor) -> None:
    _remove_photo(world, editor, undo=True)


def _move_photo(world: World, editor: PeopleEditor, undo: bool = False) -> None:
    photo = next(
        path
        for path in PhotoLibrary(world.settings.data).photos_of(ONE)
        if at_rest.read_bytes(path) == (world.originals / "0" / "0.png").read_bytes()
    )
    photos = {photo: embeddings_of(world, 0, [0]).vectors}
    back = editor.move_photos(identity(world.settings, ONE), identity(world.settings, TWO), photos)
    if undo:
        back()


def _move_photo_and_undo(world: World, editor: PeopleEditor) -> None:
    _move_photo(world, editor, undo=True)


def _first_photo(world: World, name: str = ONE) -> Path:
    return PhotoLibrary(world.settings.data).photos_of(name)[0]


def _split(world: World, editor: PeopleEditor, undo: bool = False) -> None:
    first, second, *_ = PhotoLibrary(world.settings.data).photos_of(ONE)
    rows = {
        photo: Hand().embed([Hand().chip(image, face_of(image))]).vectors
        for photo in (first, second)
        for image in [read_picture(photo)]
    }
    new = Identity("", "Split Off"), {first: rows[first]}
    known = identity(world.settings, TWO), {second: rows[second]}
    back = editor.split(identity(world.settings, ONE), [new, known])
    if undo:
        back()


def _split_and_undo(world: World, editor: PeopleEditor) -> None:
    _split(world, editor, undo=True)


def _page(world: World) -> PersonPageBuilder:
    return PersonPageBuilder(world.settings, components.open_embedder(world.settings))


def _confirm(world: World, editor: PeopleEditor) -> None:
    _page(world).confirm(identity(world.settings, ONE), PhotoLibrary(world.settings.data).photos_of(ONE))


def _choose_portrait(world: World, editor: PeopleEditor) -> None:
    _page(world).choose_portrait(_first_photo(world))


def _accept(world: World, editor: PeopleEditor, undo: bool = False) -> None:
    pictures = PhotoLibrary(world.settings.data).rejected_of(TWO)
    back = accept_pictures(world.settings, identity(world.settings, TWO), pictures)
    if undo:
        back()


def _accept_and_undo(world: World, editor: PeopleEditor) -> None:
    _accept(world, editor, undo=True)


def _say_two(world: World, editor: PeopleEditor) -> None:
    TwoPeople(world.settings.database).say(identity(world.settings, ONE), identity(world.settings, TWO))


def _notes(world: World) -> object:
    """What is said of the first, beside the photos and the database."""
    gallery = components.open_store(world.settings).load()
    one, two = (gallery.find(name) if gallery and gallery.knows(name) else None for name in (ONE, TWO))
    folder = PhotoLibrary(world.settings.data).folder_of(ONE)
    chosen = [
        ChosenFaces(folder).of(PhotoDigests().key_of(photo)) is not None
        for photo in PhotoLibrary(world.settings.data).photos_of(ONE)
    ]
    both = one and two and TwoPeople(world.settings.database).holds(one.identity, two.identity)
    said = one and one.consent
    return Portrait(folder).key, chosen, both, said, len(NoFaces(world.settings.database).all())


def _enroll_and_undo(world: World, editor: PeopleEditor) -> None:
    report = Enroller(world.settings).enroll("Newcomer", [world.originals / "4"])
    if report.addition is not None:
        editor.take_enrollments_back([report.addition])


def _samples(world: World, person: int, number: int) -> list[FaceSample]:
    image = read_picture(world.originals / str(person) / f"{number}.png")
    vector = embeddings_of(world, person, [number]).vectors[0]
    return [FaceSample(image, face_of(image), vector, 0.9, 0.0)]


def _live(act: Callable[[World], None]) -> Callable[[World], int]:
    def run(world: World) -> int:
        world.enter()
        try:
            act(world)
        except FacecamError:
            return 2
        return 0

    return run


def _name(world: World) -> None:
    name_face(world.settings, "Zoe New", _samples(world, 4, 0))


def _name_known(world: World) -> None:
    """The face that was said not to be the second is the second after all."""
    name_face(world.settings, TWO, _samples(world, 0, 4))


def _name_known_and_undo(world: World) -> None:
    undo_naming(world.settings, name_face(world.settings, TWO, _samples(world, 0, 4)))


def _name_and_undo(world: World) -> None:
    undo_naming(world.settings, name_face(world.settings, "Zoe New", _samples(world, 4, 0)))


def _reject(world: World) -> None:
    image = read_picture(world.originals / "5" / "1.png")
    reject_faces(world.settings, THREE, [(image, face_of(image))])


def _reject_and_take_back(world: World) -> None:
    image = read_picture(world.originals / "5" / "1.png")
    take_back(world.settings, reject_faces(world.settings, THREE, [(image, face_of(image))]))


def _encodings(world: World) -> None:
    people = {
        "Imported": embeddings_of(world, 4, [0, 1]).vectors,
        THREE: embeddings_of(world, 2, [4]).vectors,
    }
    text = json.dumps({name: vectors.tolist() for name, vectors in people.items()})
    (world.originals / "encodings.json").write_text(text)


def _linked(world: World) -> None:
    """The folder of the first person is a link to where the user keeps the photos."""
    folder = PhotoLibrary(world.settings.data).folder_of(ONE)
    (world.root / "elsewhere").mkdir()
    folder.rename(world.root / "elsewhere" / "photos")
    folder.symlink_to(world.root / "elsewhere" / "photos", target_is_directory=True)


def _damaged_runs(world: World) -> None:
    """Records that cannot be read, and some of a later version."""
    runs = world.root / "runs"
    run = next(runs.iterdir())
    (run / "after.npy").write_bytes(
        b"\x93NUMPY\x01\x00\x76\x00{'descr': '<f4', 'fortran_order': False, (((\n"
    )
    (run / "before.npy").write_bytes(b"PK\x03\x04 not a zip")
    later = runs / "2027-01-01-later-1"
    later.mkdir()
    (later / "data.json").write_text(json.dumps({"format": 99, "photos": [{"person": ONE, "kind": "train"}]}))
    broken = runs / "2027-01-02-broken-1"
    broken.mkdir()
    (broken / "data.json").write_text('{"train": [{"person": "' + ONE + '", "sha256": "')
    (broken / "projection.json").write_text('{"people": ["' + ONE + '"')
    np.save(broken / "after.npy", np.zeros((3, 2), np.float32))


def _backed_up(world: World) -> None:
    """A backup from before the first was deleted and the second renamed."""
    (world.originals / "phrase.txt").write_text("four words nobody guesses")
    (world.originals / "phrase.txt").chmod(0o600)
    backup = "{root}/originals/mine.facecam", "--passphrase-file", "{root}/originals/phrase.txt"
    assert command("backup", *backup)(world) == 0
    assert command("people", "delete", ONE, "--yes")(world) == 0
    assert command("people", "rename", TWO, "Quite Another")(world) == 0


def _left_by_others(world: World) -> None:
    """An export beside the database, with names, and a mark."""
    NoFaces(world.settings.database).add(in_source("0"), Box(0, 0, 10, 10))
    for name in EXPORT_FILES:
        (world.settings.database / name).write_text(ONE)


def _photos_only(world: World) -> None:
    save(world.root / "data" / "Only Photos" / "a.png", picture(5, 3))


def _legacy(world: World) -> None:
    """An older export, with somebody known in it."""
    vectors = np.concatenate([embeddings_of(world, 4, [0]).vectors, embeddings_of(world, 2, [4]).vectors])
    np.save(world.originals / "old.npy", vectors)
    (world.originals / "old.txt").write_text(f"Imported\n{THREE.replace(' ', '_')}\n")


def _kept_everywhere(world: World) -> None:
    """Everything that can be said of somebody was, and processes that are gone have left half of many a file."""
    editor, settings = PeopleEditor(world.settings), world.settings
    for act in (_confirm, _choose_portrait, _say_two):
        act(world, editor)
    assert command("people", "consent", ONE, f"the door of {ONE}")(world) == 0
    NoFaces(settings.database).add(in_photo(PhotoDigests().key_of(_first_photo(world))), Box(0, 0, 10, 10))
    runs, cache = world.root / "runs", world.root / "cache" / "facecam"
    digest = hashlib.sha256(_first_photo(world).read_bytes()).hexdigest()
    # What a calibration had noted.
    write_json(runs / "fitted.json", {"fitted": {"cohort x": {"noted_s": 0.0, "photos": [digest]}}})
    (runs / "mine.sweep").write_bytes(json.dumps({"folder": f"/photos/{ONE}/a"}).encode())
    for folder in (
        *(settings.data / ONE, settings.data / ONE / ".facecam", settings.database, runs),
        *(settings.database / "photos-seen", *(settings.database / "photos-seen").glob("*/")),
        *(next(settings.database.glob("gen-*")), *filter(Path.is_dir, runs.iterdir())),
        *(cache / "chips", *(cache / "chips").glob("*/*/"), *(cache / "evaluate").glob("*/")),
    ):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / ".half.json.0123abcd.tmp").write_bytes(ONE.encode() + _first_photo(world).read_bytes())
    for folder in (cache / "passing" / "gone", cache / "unfinished" / "gone"):
        folder.mkdir(parents=True)
        (folder / "a").write_bytes(ONE.encode())
    for name in ("classifier.zip", "changing-damaged.json", "nearest.json"):
        (settings.database / name).write_bytes(ONE.encode())
    (settings.database / ".writing-gone").mkdir()
    (settings.database / ".writing-gone" / "gallery.json").write_bytes(ONE.encode())
    (settings.database / "damaged-gen").mkdir()
    (settings.database / "damaged-gen" / "gallery.json").write_bytes(ONE.encode())


def _encrypted(world: World) -> None:
    assert command("encrypt", "on")(world) == 0


def _backed_up_encrypted(world: World) -> None:
    _backed_up(world)
    _encrypted(world)


def _new_phrase(world: World) -> None:
    _encrypted(world)
    (world.originals / "phrase.txt").write_text("four words nobody guesses")
    (world.originals / "phrase.txt").chmod(0o600)


SCENARIOS = (
    Scenario("enroll new", command("enroll", "Newcomer", "{root}/originals/4"), ("Newcomer",), twice=True),
    Scenario("enroll odd name", command("enroll", ODD, "{root}/originals/4"), (ODD.strip(),), twice=True),
    Scenario("enroll more", command("enroll", ONE, "{root}/originals/0"), (ONE,), twice=True),
    Scenario("rename", command("people", "rename", ONE, "Quite Another"), (ONE, "Quite Another")),
    Scenario("rename to odd", command("people", "rename", ONE, ODD), (ONE, ODD.strip())),
    Scenario("merge", command("people", "merge", ONE, TWO), (ONE, TWO)),
    Scenario("delete", command("people", "delete", ONE, "--yes"), (ONE, TWO), ONE),
    Scenario("delete linked", command("people", "delete", ONE, "--yes"), (ONE, TWO), ONE, prepare=_linked),
    Scenario(
        "delete with damaged runs",
        command("people", "delete", ONE, "--yes"),
        (ONE, TWO),
        ONE,
        prepare=_damaged_runs,
    ),
    Scenario(
        "delete photos only",
        command("people", "delete", "Only Photos", "--yes"),
        ("Only Photos",),
        prepare=_photos_only,
    ),
    Scenario(
        "delete who is kept everywhere",
        command("people", "delete", ONE, "--yes"),
        (ONE, TWO),
        ONE,
        prepare=_kept_everywhere,
    ),
    Scenario("consent", command("people", "consent", ONE, "the door"), (), result=_notes),
    Scenario(
        "enroll with consent",
        command("enroll", "Newcomer", "{root}/originals/4", "--consent", "the door"),
        ("Newcomer",),
        twice=True,
    ),
    Scenario(
        "enroll a box",
        command("enroll", "Newcomer", "{root}/originals/4/0.png", "--face", "8,8,152,152"),
        ("Newcomer",),
        twice=True,
    ),
    Scenario(
        "no face", command("no-face", "{root}/originals/4/0.png", "--box", "8,8,152,152"), (), result=_notes
    ),
    Scenario(
        "no face, forget all", command("no-face", "--forget-all"), (), prepare=_left_by_others, result=_notes
    ),
    Scenario(
        "import older",
        command(
            "people", "import", "--npy", "{root}/originals/old.npy", "--names", "{root}/originals/old.txt"
        ),
        ("Imported", THREE),
        prepare=_legacy,
        twice=True,
    ),
    Scenario("reject", command("people", "reject", THREE, "{root}/originals/5/1.png"), (THREE,), twice=True),
    Scenario("rebuild", command("people", "rebuild"), (), twice=True),
    Scenario(
        "import",
        command("people", "import", "--encodings", "{root}/originals/encodings.json"),
        ("Imported", THREE),
        prepare=_encodings,
        twice=True,
    ),
    Scenario(
        "erase",
        command("people", "erase", "--yes"),
        PEOPLE,
        ONE,
        prepare=_left_by_others,
        stepwise=True,
    ),
    Scenario("withdraw", command("people", "withdraw", ONE, "--yes"), (ONE, TWO), ONE),
    Scenario(
        "restore",
        command(
            "restore",
            "{root}/originals/mine.facecam",
            "--passphrase-file",
            "{root}/originals/phrase.txt",
            "--replace",
        ),
        (ONE, TWO, "Quite Another"),
        prepare=_backed_up,
    ),
    Scenario(
        "backup",
        command(
            "backup",
            "{root}/originals/mine.facecam",
            "--passphrase-file",
            "{root}/originals/phrase.txt",
            "--overwrite",
        ),
        (),
        prepare=_backed_up,
    ),
    Scenario("encrypt on", command("encrypt", "on"), (), seals=True, twice=True),
    Scenario("encrypt off", command("encrypt", "off"), (), prepare=_encrypted, twice=True),
    Scenario(
        "change passphrase",
        command("encrypt", "change-passphrase", "--new-passphrase-file", "{root}/originals/phrase.txt"),
        (),
        prepare=_new_phrase,
        seals=True,
    ),
    Scenario(
        "encrypted: enroll new",
        command("enroll", "Newcomer", "{root}/originals/4"),
        ("Newcomer",),
        prepare=_encrypted,
        twice=True,
        seals=True,
    ),
    Scenario(
        "encrypted: delete",
        command("people", "delete", ONE, "--yes"),
        (ONE, TWO),
        ONE,
        prepare=_encrypted,
        seals=True,
    ),
    Scenario(
        "encrypted: restore",
        command(
            "restore",
            "{root}/originals/mine.facecam",
            "--passphrase-file",
            "{root}/originals/phrase.txt",
            "--replace",
        ),
        (ONE, TWO, "Quite Another"),
        prepare=_backed_up_encrypted,
        seals=True,
    ),
    Scenario(
        "encrypted: restore, key given up",
        command(
            "restore",
            "{root}/originals/mine.facecam",
            "--passphrase-file",
            "{root}/originals/phrase.txt",
            "--replace",
            "--forget-key",
        ),
        (ONE, TWO, "Quite Another"),
        prepare=_backed_up_encrypted,
    ),
    Scenario(
        "encrypted, window: merge",
        window(_merge),
        (ONE, TWO),
        prepare=_encrypted,
        repeatable=False,
        seals=True,
    ),
    Scenario("window: delete", window(_delete), (ONE, TWO), ONE, repeatable=False),
    Scenario(
        "window: delete, undo", window(_delete_and_undo), (ONE, TWO), repeatable=False, via="window: delete"
    ),
    Scenario("window: delete many", window(_delete_many), (ONE, TWO), ONE, repeatable=False),
    Scenario(
        "window: delete many, undo",
        window(_delete_many_and_undo),
        (ONE, TWO),
        repeatable=False,
        via="window: delete many",
    ),
    Scenario("window: merge", window(_merge), (ONE, TWO), repeatable=False),
    Scenario("window: merge many", window(_merge_many), (ONE, TWO, THREE), repeatable=False),
    Scenario(
        "window: merge, undo", window(_merge_and_undo), (ONE, TWO), repeatable=False, via="window: merge"
    ),
    Scenario(
        "window: rename, undo",
        window(_rename_and_undo),
        (ONE, "Quite Another"),
        repeatable=False,
        via="rename",
    ),
    Scenario("window: remove photo", window(_remove_photo), (ONE,), repeatable=False),
    Scenario(
        "window: remove photo, undo",
        window(_remove_photo_and_undo),
        (ONE,),
        repeatable=False,
        via="window: remove photo",
    ),
    Scenario("window: move photo", window(_move_photo), (ONE, TWO), repeatable=False),
    Scenario(
        "window: move photo, undo",
        window(_move_photo_and_undo),
        (ONE, TWO),
        repeatable=False,
        via="window: move photo",
    ),
    Scenario("window: split", window(_split), (ONE, TWO, "Split Off"), repeatable=False),
    Scenario(
        "window: split, undo",
        window(_split_and_undo),
        (ONE, TWO, "Split Off"),
        repeatable=False,
        via="window: split",
    ),
    Scenario("window: photos are right", window(_confirm), (), result=_notes),
    Scenario("window: portrait", window(_choose_portrait), (), result=_notes),
    Scenario("window: two people", window(_say_two), (), result=_notes),
    Scenario("window: faces may be them", window(_accept), (TWO,), repeatable=False),
    Scenario(
        "window: faces may be them, undo",
        window(_accept_and_undo),
        (TWO,),
        repeatable=False,
        via="window: faces may be them",
    ),
    Scenario(
        "window: enroll, undo", window(_enroll_and_undo), ("Newcomer",), repeatable=False, via="enroll new"
    ),
    Scenario("live: name", _live(_name), ("Zoe New",), repeatable=False),
    Scenario("live: name known", _live(_name_known), (TWO,), repeatable=False),
    Scenario(
        "live: name known, undo",
        _live(_name_known_and_undo),
        (TWO,),
        repeatable=False,
        via="live: name known",
    ),
    Scenario("live: name, undo", _live(_name_and_undo), ("Zoe New",), repeatable=False, via="live: name"),
    Scenario("live: not this person", _live(_reject), (THREE,), repeatable=False),
    Scenario(
        "live: not this person, undo",
        _live(_reject_and_take_back),
        (THREE,),
        repeatable=False,
        via="live: not this person",
    ),
)


def by_name(name: str) -> Scenario:
    """A scenario."""
    return next(one for one in SCENARIOS if one.name == name)


__all__ = ["SCENARIOS", "Path", "Scenario", "by_name"]
