"""Every reader of a file of our own, with a sound file for each: what is damaged then is damaged on purpose."""

from __future__ import annotations

import hashlib
import json
import shutil
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from unittest import mock

import numpy as np
import requests

from facecam.core.config import Settings, load_settings
from facecam.core.encryption import data_keys, sealing, unlocking
from facecam.core.errors import DataError
from facecam.core.events import NEVER, ignore
from facecam.core.paths import make_folder
from facecam.core.types import Box, Embeddings, Identity
from facecam.core.vault import Lock
from facecam.engine.evaluation.groups import read_groups
from facecam.engine.faces.face_shards import FaceShards, _packed
from facecam.engine.faces.photo_embeddings import PhotoFace, PhotoFaces
from facecam.engine.models.portraits import _refused
from facecam.engine.people.resemblances import TwoPeople
from facecam.engine.photos.chosen_faces import ChosenFace, ChosenFaces
from facecam.engine.photos.embedding_cache import VectorCache
from facecam.engine.photos.fingerprint_cache import library_fingerprints
from facecam.engine.photos.hash_cache import PhotoDigests
from facecam.engine.photos.image_sources import SourceReader, list_sources
from facecam.engine.photos.library import PhotoLibrary
from facecam.engine.photos.no_faces import NoFaces, in_source
from facecam.engine.photos.notes import NoteBook, PhotoNote
from facecam.engine.photos.portrait import Portrait
from facecam.engine.photos.station_folders import FILE as FOLDERS_FILE
from facecam.engine.photos.station_folders import StationFolders
from facecam.engine.recognition.threshold_prices import OwnTest, people_key
from facecam.engine.runs.layout import runs_folder
from facecam.engine.runs.people import distilled_from
from facecam.engine.scoring import cohort_from
from facecam.engine.tools.backup_leftovers import sweep as sweep_backup
from facecam.engine.tools.classifier import Classifier
from facecam.engine.tools.classifier import load as load_classifier
from facecam.engine.tools.classifier import save as save_classifier
from facecam.engine.tools.crop_list import LIST_FILE, CropList
from facecam.engine.tools.restoring import finish as finish_restoring
from facecam.engine.training_jobs.distil.distillation import _read_sources as read_sources
from facecam.engine.training_jobs.history import resumable, runs
from facecam.engine.training_jobs.plots import read_projections
from facecam.engine.training_jobs.sweep import _grid, _Journal, read_sweep
from facecam.engine.transactions.change import Done, PeopleChange
from facecam.engine.transactions.encryption import turn_on
from facecam.engine.transactions.journal import PeopleJournal
from facecam.engine.transactions.layout import BACKING_UP_FILE, RESTORING_FILE
from facecam.engine.transactions.person_snapshot import PersonSnapshot
from facecam.engine.transactions.restoration import Restoration
from facecam.engine.visits.log import Sighting
from facecam.engine.visits.store import SightingFile, entry_of
from facecam.engine.visits.table import WAITING_FILE
from facecam.gallery.arrangement import Arrangement
from facecam.gallery.matching.cohort import BadMixture, Mixture, mixture_bytes
from facecam.gallery.matching.neighbors import open_index
from facecam.gallery.storage.audit_trail import AuditTrail
from facecam.gallery.storage.encodings import import_encodings
from facecam.gallery.storage.import_marks import MARKS_FILE, ImportMarks
from facecam.gallery.storage.legacy import import_pair
from facecam.gallery.storage.store import GalleryStore
from facecam.metrics.detection.voc import read_voc
from facecam.metrics.detection.wider import read_wider
from facecam.metrics.pairs import read_pairs
from facecam.networks.weights_file import read_arrays
from facecam.runtime.card import CohortSpec, read_card
from facecam.runtime.compiled import CompiledNetwork
from facecam.runtime.download import ManifestEntry, _Transfer, load_manifest
from facecam.runtime.onnx_probe import inspect_embedder
from facecam.runtime.precision import RECORD_FILE, _keep, _Record, recorded_precision
from facecam.runtime.store import WeightsStore
from facecam.serving.access import read_or_make_token
from facecam.training.config.preset import read_preset
from facecam.training.data.tfrecords import FaceRecord, read_tfrecords, write_tfrecords
from facecam.training.distil.faces import FacePart, read_part, write_part
from facecam.training.distil.options import DistilOptions
from facecam.training.distil.plan import DistilPlan, read_plan, write_plan
from facecam.training.head.head import Head
from facecam.training.optim.schedule_file import read_schedule
from facecam.training.trainer.checkpoints import Checkpoint, CheckpointFolder, read_checkpoint
from facecam.vision.detect.hog.filters import frontal_face_filters
from facecam.vision.images.face_regions import face_regions
from facecam.vision.images.read import read_picture
from tests.faults.stage import DIMENSIONS, Hand
from tests.runtime.tiny import onnx_embedder, save_embedder

ROOT = Path(__file__).resolve().parents[2]
WRITTEN = ROOT / "tests" / "fixtures" / "v0_3_0"
_PHRASE = "four words nobody guesses"
_KEY = "0123456789abcdef0123456789abcdef"


@dataclass(frozen=True)
class Reader:
    """A file and who reads it.

    Attributes:
        name: of the trial.
        file: what is damaged.
        read: reads it; may raise a `FacecamError`, and nothing else.
    """

    name: str
    file: Path
    read: Callable[[], object]


def readers(root: Path) -> Iterator[Reader]:
    """Sound files in `root`, and their readers."""
    shutil.copytree(WRITTEN, root, dirs_exist_ok=True)
    settings = replace(Settings(), data=root / "data", database=root / "database", weights=root / "weights")
    yield from _settings(root)
    yield from _database(settings)
    yield from _cut_off(settings)
    yield from _beside_people(settings)
    yield from _unfinished(settings, root)
    yield from _strangers(root)
    yield from _models(root)
    yield from _measured(settings, root)
    yield from _made_again(settings, root)
    yield from _photos(settings, root)
    yield from _training(settings, root)
    yield from _lists(root)
    yield from _sealed(root / "sealed")


def _settings(root: Path) -> Iterator[Reader]:
    toml = root / "facecam.toml"
    yield Reader("settings", toml, lambda: load_settings({}, toml))
    for ending, text in (
        (".json", '{"upsample": 1, "threshold": 0.2}'),
        (".yaml", "upsample: 1\nthreshold: 2e-1\n"),
    ):
        file = root / f"mine{ending}"
        file.write_text(text)
        yield Reader(f"settings{ending}", file, lambda file=file: load_settings({}, file))  # type: ignore[misc]
    for preset in ("quick", "resnet50-semi-hard"):
        file = root / f"{preset}.toml"
        shutil.copy(ROOT / "facecam/training/config/presets" / file.name, file)
        yield Reader(f"preset {preset}", file, lambda file=file: read_preset(file))  # type: ignore[misc]
    manifest = root / "manifest.json"
    shutil.copy(ROOT / "facecam/assets/models/manifest.json", manifest)
    yield Reader("manifest", manifest, lambda: load_manifest(manifest))
    card = root / "weights" / "quick-1" / "card.json"
    yield Reader("card", card, lambda: read_card(card))


def _database(settings: Settings) -> Iterator[Reader]:
    for file in sorted(settings.database.rglob("*")):
        if file.is_file():
            yield Reader(f"gallery {file.name}", file, lambda: GalleryStore(settings.database).load())
    journal = settings.database / "changing.json"
    change = PeopleChange("rename", Identity("0", "Nobody"), Done(named=("0", "Somebody")), visits="forget")
    journal.write_text(json.dumps({"format": 1, **change.to_json(settings.data)}))
    yield Reader("journal", journal, lambda: PeopleJournal(settings).recover())
    marks = NoFaces(settings.database)
    marks.add(in_source("film.mp4"), Box(0.1, 0.2, 0.3, 0.4), np.zeros((24, 24), np.float32))
    imported = ImportMarks(settings.database)
    imported.add(np.eye(4, 128, dtype=np.float32))
    imported.save()
    yield Reader("imports", settings.database / MARKS_FILE, lambda: ImportMarks(settings.database))
    yield Reader("no faces", settings.database / "no-faces.json", lambda: NoFaces(settings.database).all())
    visits = SightingFile(settings.database)
    for number in range(3):
        came = datetime(2026, 1, 1, 12, number, tzinfo=UTC)
        visits.append(Sighting(number + 1, Identity(f"id{number}", "Ada Ünï"), came, came, 90, "camera 0"))
    yield Reader("visits", visits.path, visits.read)


def _cut_off(settings: Settings) -> Iterator[Reader]:
    """What a crash leaves for the next start: it is gone through each time, in a home of its own."""
    gallery = GalleryStore(settings.database).load()
    assert gallery is not None
    home = settings.database.parent / "cut-off"
    shutil.copytree(
        settings.database, home / "database", ignore=shutil.ignore_patterns("*.lock", "changing*")
    )
    shutil.copytree(settings.data, home / "data")
    own = replace(settings, data=home / "data", database=home / "database", weights=home / "weights")
    first, unit = (
        gallery.identities[0],
        Embeddings(np.eye(1, gallery.dimensions, dtype=np.float32), gallery.model_id),
    )
    restoration = Restoration(
        PersonSnapshot.of(gallery.rename(first, "Given Back"), first),
        rejections=((first, unit),),
        vectors=((first, unit),),
        visits=('{"id": "a", "name": "b"}',),
        arrangement=Arrangement.of(gallery),
    )
    change = PeopleChange(
        "undelete", first, Done(noted=True), put_back=own.data / ".removed" / "none", restoration=restoration
    )
    journal = own.database / "changing.json"
    document = {"format": 2, "id": "0", "server": "", **change.to_json(own.data)}
    journal.write_text(json.dumps(document))
    yield Reader("journal of an undoing", journal, lambda: PeopleJournal(own).recover())
    taken = own.data / ".removed" / "0" / "1"
    taken.mkdir(parents=True)
    moves, note = taken / "moves.json", taken / "note.json"
    moves.write_text(
        json.dumps([[str(own.data / "Somebody" / "a.jpg"), "0"], [str(own.data / "Sim"), "1", "/x"]])
    )
    note.write_text(
        json.dumps({"each": [{"id": "0", "name": "Nobody", "digests": ["00"], "photos": ["a.jpg"]}]})
    )

    listed = moves.read_bytes()

    def swept(*files: str) -> None:
        make_folder(taken)
        if not moves.exists():
            moves.write_bytes(listed)
        for name in files:
            (taken / name).write_bytes(b"photo")
        PeopleJournal(own).recover()

    yield Reader("moves of a bin that is put back", moves, lambda: swept("0", "1"))
    yield Reader("moves of a bin that is emptied", moves, lambda: swept("0", "1", "done"))
    yield Reader("note of a bin", note, lambda: swept("0", "1", "done"))
    plan = own.database.absolute().parent / RESTORING_FILE
    ends = (".restoring", "", ".before-restoring")
    plan.write_text(
        json.dumps({"format": 1, "ready": True, "moves": [[str(home / f"x{end}") for end in ends]]})
    )
    yield Reader("plan of a restoration", plan, lambda: finish_restoring(own))
    backing_up = own.database / BACKING_UP_FILE
    backing_up.write_text(json.dumps([str(home), "mine.facecam"]))
    yield Reader("note of a backup", backing_up, lambda: sweep_backup(own))


def _beside_people(settings: Settings) -> Iterator[Reader]:
    """What is known of people and models besides."""
    gallery = GalleryStore(settings.database).load()
    assert gallery is not None
    OwnTest(people_key(gallery), (0.3, 0.1, 0.2), ((0.1, 0.0, 1.0), (0.4, 0.2, 0.1))).save(settings.database)

    def own_test() -> None:
        test = OwnTest.of(settings.database, gallery)
        if test is not None:
            test.at(0.3)

    yield Reader("own test", settings.database / "own-test.json", own_test)
    one, other = gallery.identities[0], Identity("9", "Another")
    two = TwoPeople(settings.database)
    two.say(one, other)
    yield Reader("two people", settings.database / "two-people.json", lambda: two.holds(one, other))
    yield Reader(
        "two people",
        settings.database / "two-people.json",
        lambda: TwoPeople(settings.database).holds(one, other),
    )
    trail = AuditTrail(settings.database)
    trail.add("enroll", ["0"], count=3)
    trail.add("threshold", value=0.4)
    yield Reader("audit trail", trail.path, trail.read)
    portrait = Portrait(settings.data / "Drawn Ada")
    portrait.choose(_KEY)
    yield Reader("portrait", settings.data / "Drawn Ada" / ".facecam" / "portrait.json", lambda: portrait.key)
    person = settings.data / "Drawn Ada" / "person.json"
    person.write_text('{"name": "Drawn Ada"}')
    yield Reader("person", person, lambda: PhotoLibrary(settings.data).people())
    waiting = SightingFile(settings.database, WAITING_FILE)
    came = datetime(2026, 1, 1, 12, tzinfo=UTC)
    waiting.append(Sighting(1, one, came, came, 90, "camera 0"))
    yield Reader("visits that wait", waiting.path, lambda: [entry_of(line) for line in waiting.lines()])
    deployed = settings.weights / "deployed.json"
    deployed.write_text('{"model": "quick-1", "previous": "dlib-resnet"}')
    yield Reader("deployed", deployed, lambda: WeightsStore(settings.weights).deployed())


def _unfinished(settings: Settings, root: Path) -> Iterator[Reader]:
    """What long commands leave until they are done."""
    hand, photos = Hand(), PhotoLibrary(settings.data).photos_of("Drawn Ada")
    faces = tuple(PhotoFace(photo, Box(1, 2, 30, 40), 1, 1) for photo in photos)
    part = PhotoFaces(faces, np.eye(len(faces), DIMENSIONS, dtype=np.float32), hand.card.model_id, (), ())
    packed = _packed(part, photos)
    shard = root / "shard.faces"
    shard.write_bytes(packed)
    signed = root / "shard.body"
    signed.write_bytes(packed[64:])

    def load(file: Path) -> None:
        FaceShards(settings, hand, root, every_face=True).load(file.name, photos)  # type: ignore[arg-type]

    def load_signed() -> None:
        body = signed.read_bytes()
        shard.write_bytes(hashlib.sha256(body).hexdigest().encode() + body)
        load(shard)

    yield Reader("shard", shard, lambda: load(shard))
    yield Reader("shard with a right checksum", signed, load_signed)
    run = runs_folder(settings) / "2026-01-01-distil-1"
    run.mkdir()
    (run / "images.json").write_text(json.dumps([str(settings.data), str(root / "faces.zip")]))
    write_plan(DistilPlan(DistilOptions(), "teacher.dat"), run)

    def go_on() -> None:
        read_plan(run)
        distilled_from(run)
        list_sources(read_sources(run))

    yield Reader("images of a distillation", run / "images.json", go_on)
    yield Reader("plan of a distillation", run / "distil.json", go_on)


def _strangers(root: Path) -> Iterator[Reader]:
    """Files of other programs: names in pictures, and pictures in files."""
    picture = root / "named.png"
    shutil.copy(next((root / "data").glob("Drawn Ada/*.*g")), picture)
    packet = root / "named.png.xmp"
    packet.write_text(_XMP)
    yield Reader("regions", packet, lambda: face_regions(picture))
    content = picture.read_bytes()
    archive = root / "faces.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("a/1.png", content)
        file.writestr("2.jpg", content)
    records = root / "strangers.tfrecords"
    write_tfrecords(records, [FaceRecord(content, 1, (9, 9, 3)), FaceRecord(content, 2, (9, 9, 3))])

    def look(path: Path) -> None:
        reader = SourceReader()
        faults = []
        for source in list_sources([path]):
            try:
                reader.read(source)
            except DataError as error:
                faults.append(error)
        reader.close()
        if faults:
            raise faults[0]

    yield Reader("zip of pictures", archive, lambda: look(archive))
    yield Reader("pictures in records", records, lambda: look(records))


_XMP = """<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description xmlns:mwg-rs="http://www.metadataworkinggroup.com/schemas/regions/"
 xmlns:stArea="http://ns.adobe.com/xmp/sType/Area#">
<mwg-rs:Regions rdf:parseType="Resource"><mwg-rs:RegionList><rdf:Bag>
<rdf:li><rdf:Description mwg-rs:Name="Ada" mwg-rs:Type="Face"><mwg-rs:Area stArea:x="0.5" stArea:y="0.4" stArea:w="0.2"
 stArea:h="0.3" stArea:unit="normalized"/></rdf:Description></rdf:li></rdf:Bag></mwg-rs:RegionList></mwg-rs:Regions>
</rdf:Description></rdf:RDF></x:xmpmeta>"""


def _photos(settings: Settings, root: Path) -> Iterator[Reader]:
    person = settings.data / "Drawn Ada"
    photos = PhotoLibrary(settings.data).photos_of("Drawn Ada")
    library_fingerprints(person, photos)
    yield Reader(
        "fingerprints",
        person / ".facecam" / "fingerprints.json",
        lambda: library_fingerprints(person, photos),
    )
    unit = np.zeros(128, np.float32)
    unit[0] = 1
    notes = NoteBook(person)
    notes.add(_KEY, PhotoNote("good", "", 0.9, 0.1, 0.8, Box(1, 2, 3, 4), "m", unit), None)
    notes.save()
    yield Reader("notes", person / ".facecam" / "notes.json", lambda: NoteBook(person).note_of(_KEY))
    chosen = ChosenFaces(person)
    chosen.change({_KEY: ChosenFace(Box(0.1, 0.2, 0.3, 0.4), "hand")})
    yield Reader("chosen faces", person / ".facecam" / "faces.json", lambda: ChosenFaces(person).all())
    digests = PhotoDigests(root / "digests.json")
    digests.of(photos[0])
    digests.save()
    yield Reader("digests", root / "digests.json", lambda: PhotoDigests(root / "digests.json").of(photos[0]))
    cache = VectorCache(root / "cache", {"model": "m"}, 128)
    for number in range(4):
        cache.add(bytes([number]) * 32, "", unit)
    cache.save()
    for file in sorted((root / "cache").rglob("*")):
        if file.is_file():
            yield Reader(
                f"cache {file.suffix}", file, lambda: len(VectorCache(root / "cache", {"model": "m"}, 128))
            )


def _training(settings: Settings, root: Path) -> Iterator[Reader]:
    def history() -> None:
        for one in runs(settings):
            read_projections(one.folder)
        resumable(settings)

    for file in sorted(runs_folder(settings).rglob("*")):
        if file.is_file():
            yield Reader(f"run {file.name}", file, history)
    folder = CheckpointFolder(root / "checkpoints")
    folder.save_best(Checkpoint({"epoch": 3, "phase": {"step": 1}}, {"w": np.ones((4, 5), np.float32)}))
    for file in sorted(folder.folder.glob("*.npz")):
        yield Reader("checkpoint", file, lambda file=file: read_checkpoint(file))  # type: ignore[misc]
    head = root / "head.npz"
    codes = np.eye(3, 64, dtype=np.float32)
    Head(np.eye(3, 128, dtype=np.float32), codes, 0.5, 3.0, 0.1).save(head)
    yield Reader("head", head, lambda: Head.load(head))
    arrays = root / "weights.npz"
    np.savez(arrays, a=np.ones((3, 4), np.float16), b=np.zeros(7, np.float32))
    yield Reader("weights", arrays, lambda: read_arrays(arrays))
    records = root / "faces.tfrecords"
    jpeg = next(PhotoLibrary(settings.data).photos_of("Drawn Ada").__iter__()).read_bytes()
    write_tfrecords(records, [FaceRecord(jpeg[:700], 1, (9, 9, 3)), FaceRecord(jpeg[:300], 2, (9, 9, 3))])
    yield Reader("tfrecords", records, lambda: list(read_tfrecords(records)))
    schedule = root / "rates.txt"
    schedule.write_text("# rates\n0: 0.05\n60: 0.005\n80: 0.0005\n91: -1\n")
    yield Reader("schedule", schedule, lambda: read_schedule(schedule))


def _lists(root: Path) -> Iterator[Reader]:
    pairs = root / "pairs.txt"
    pairs.write_text("2\nAda\t1\t2\nBob\t1\t2\nAda\t1\tBob\t2\nBob\t2\tAda\t2\n")
    yield Reader("pairs", pairs, lambda: read_pairs(pairs))
    wider = root / "wider.txt"
    wider.write_text(
        "a/b.jpg\n2\n1 2 30 40 0 0 0 0 0 0\n5 6 70 80 0 0 0 0 0 0\nc.jpg\n0\n0 0 0 0 0 0 0 0 0 0\n"
    )
    yield Reader("wider", wider, lambda: read_wider(wider))
    voc = root / "voc.xml"
    voc.write_text(
        "<annotation><filename>a.jpg</filename><size><width>99</width><height>80</height></size><object>"
        "<name>face</name><bndbox><xmin>1</xmin><ymin>2</ymin><xmax>30</xmax><ymax>40</ymax></bndbox></object>"
        "</annotation>"
    )
    yield Reader("voc", voc, lambda: read_voc([voc]))
    for ending in (".npy", ".npz", ".json"):
        file = root / f"encodings{ending}"
        rows = np.eye(2, 128, dtype=np.float64)
        if ending == ".npy":
            np.save(file, rows)
        elif ending == ".npz":
            np.savez(file, Ada=rows, Bob=rows[:1])
        else:
            file.write_text(json.dumps({"Ada": rows.tolist(), "Bob": rows[0].tolist()}))
        names = ["Ada", "Bob"] if ending == ".npy" else None
        yield Reader(f"encodings{ending}", file, lambda f=file, n=names: import_encodings(f, n))  # type: ignore[misc]
    names = root / "encodings.txt"
    names.write_text("Ada\nBob\n")
    yield Reader("names of encodings", names, lambda: import_encodings(root / "encodings.npy"))
    npy, listed = root / "faces_emb_reference.npy", root / "names_reference.txt"
    np.save(npy, np.eye(2, 128, dtype=np.float32))
    listed.write_text("Ada_L Bob")
    for file in (npy, listed):
        yield Reader(f"legacy {file.suffix}", file, lambda: import_pair(npy, listed))


def _models(root: Path) -> Iterator[Reader]:
    """Networks and what stands beside them."""
    classifier, rows = root / "classifier.zip", np.eye(4, 128, dtype=np.float32)
    flat = np.zeros(2, np.float32)
    owners = np.array([0, 0, 1, 1], np.int32)
    known = Classifier(("Ada", "Bob"), rows[:2], flat, flat, flat, rows, owners, "m", 0.3, 0.2, "plain")
    save_classifier(known, classifier)
    yield Reader("classifier", classifier, lambda: load_classifier(classifier))
    cohort = root / "cohort.npz"
    mixture = Mixture(np.array([0.5, 0.5]), rows[:2, :8], np.stack([np.eye(8, dtype=np.float32)] * 2))
    cohort.write_bytes(mixture_bytes(mixture))
    spec = CohortSpec(
        file=cohort.name,
        sha256="0" * 64,
        size=9,
        seed=1,
        nearest=3,
        weight=0.5,
        components=2,
        threshold=0.2,
        fitted_to="drawn",
        licence="CC0",
    )

    def sample() -> None:
        try:
            cohort_from(spec, cohort.read_bytes())
        except BadMixture as error:
            raise DataError(str(error), hint="said by whoever knows the model") from error

    yield Reader("cohort", cohort, sample)
    onnx = root / "small.onnx"
    onnx.write_bytes(onnx_embedder())
    yield Reader("onnx", onnx, lambda: inspect_embedder(onnx))
    save_embedder(root / "network")
    for file in (root / "network" / "model.xml", root / "network" / "model.bin"):
        yield Reader(f"network {file.suffix}", file, lambda: CompiledNetwork(root / "network" / "model.xml"))


def _measured(settings: Settings, root: Path) -> Iterator[Reader]:
    """What trainings and measurements are told, and what they note down."""
    sweep = root / "sweep.toml"
    sweep.write_text(
        'method = "grid"\ntrials = 3\n[parameters]\nmargin = [0.2, 0.3]\n'
        "learning_rate = { min = 1e-4, max = 3e-4, step = 1e-4 }\n"
    )
    yield Reader("sweep", sweep, lambda: list(islice(_grid(read_sweep(sweep)), 99)))
    journal = root / "sweep.jsonl"
    journal.write_text(
        '{"op_code": 0, "study_name": "a", "directions": [2]}\n{"op_code": 2, "study_id": 0}\n'
    )
    yield Reader("journal of a sweep", journal, lambda: _Journal(journal).read_logs(0))
    groups = root / "groups.csv"
    groups.write_text("person,group,born,photo,year\nAda,a,1980,1.jpg,2001\nBob,b,,,\n")
    yield Reader("groups", groups, lambda: read_groups(groups))
    crops = root / "crops" / LIST_FILE
    crops.parent.mkdir()
    crops.write_text("Ada/1.png 1 2 30 40\nAda/2.jpg\n")
    yield Reader("list of crops", crops, lambda: CropList(crops.parent).knows(crops.parent / "Ada/1.png"))
    part = root / "part.npz"
    write_part(FacePart("00" * 32, (b"a chip", b"another")), part)
    yield Reader("faces of a distillation", part, lambda: read_part(part))
    token = root / "token"
    token.write_text("a token of more than sixteen characters\n")
    yield Reader("token", token, lambda: read_or_make_token(token))
    folders = settings.database / FOLDERS_FILE
    folders.write_text(json.dumps({"version": 1, "folders": {"Ada": ["1", ["Ada", "Eve"]]}}))
    yield Reader("folders of a station", folders, lambda: StationFolders(settings)._bound())


def _made_again(settings: Settings, root: Path) -> Iterator[Reader]:
    """What is only there to be quick."""
    filters = root / "hog.svm"
    frontal_face_filters.__wrapped__(filters)
    yield Reader("filters", filters, lambda: frontal_face_filters.__wrapped__(filters))
    rows = np.eye(40, 16, dtype=np.float32)
    near = root / "near"
    near.mkdir()
    open_index(near, rows)
    for file in sorted(near.iterdir()):
        yield Reader(f"index {file.suffix}", file, lambda: len(open_index(near, rows)))
    network = root / "network" / "model.xml"
    record = network.with_name(RECORD_FILE)
    _keep(network, _Record("p", "f32", {"bf16": 0.5}, {"bf16": 1.5}, "1", "0", True))
    yield Reader("precision", record, lambda: recorded_precision(network, "0"))
    refused = root / "portraits" / "refused.json"
    refused.parent.mkdir()
    refused.write_text('{"A000001": "no portrait"}')
    yield Reader("portraits refused", refused, lambda: _refused(refused.parent))
    entry = ManifestEntry(name="a.bin", url="https://example.org/a.bin", size=9, sha256="0" * 64)
    note = root / "a.bin.part.json"
    note.write_text(json.dumps({"url": entry.url, "validator": '"a"', "sha256": entry.sha256}))
    transfer = _Transfer(entry, root / "a.bin", ignore, NEVER, requests.Session(), 0)
    yield Reader("note of a download", note, transfer._state)


def _sealed(root: Path) -> Iterator[Reader]:
    """The same household with encryption on; each reading begins without a key."""
    shutil.copytree(WRITTEN, root)
    settings = replace(Settings(), data=root / "data", database=root / "database", weights=root / "weights")
    with mock.patch.object(sealing, "COST", (4, 8, 1)):
        turn_on(settings, Lock(_PHRASE))
    (photo, *_) = next(iter(PhotoLibrary(settings.data).people().values()))

    def anew(read: Callable[[], object]) -> Callable[[], object]:
        def work() -> object:
            data_keys.forget_keys()
            unlocking.ask_with(lambda what: _PHRASE)
            return read()

        return work

    load = anew(lambda: GalleryStore(settings.database).load())
    for file in (settings.database / data_keys.KEY_FILE, max(settings.database.glob("gen-*/gallery.json"))):
        yield Reader(f"sealed {file.name}", file, load)
    look = anew(lambda: read_picture(photo))
    yield Reader("sealed photo", photo, look)
    yield Reader("pointer", settings.data / data_keys.POINTER_FILE, look)
    record = next(runs_folder(settings).glob("*/data.json"))
    yield Reader("sealed run", record, anew(lambda: [read_projections(one.folder) for one in runs(settings)]))
