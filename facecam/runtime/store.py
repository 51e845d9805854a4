"""The folder of models."""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
import secrets
import shutil
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from weakref import WeakValueDictionary

import filelock

from facecam.core.errors import DataError, WeightsError
from facecam.core.held_files import patiently
from facecam.core.paths import (
    atomic_write,
    fsync,
    fsync_folder,
    printable,
    readable_os_errors,
    sweep_temporary,
)
from facecam.runtime.card import (
    CARD_FILE,
    Fault,
    ModelCard,
    build,
    check_model_name,
    faults_of,
    read_card,
    read_json_object,
    write_card,
)
from facecam.runtime.compiled import CompiledNetwork, Precision, read_network
from facecam.runtime.precision import RECORD_FILE, recorded_precision

DEPLOYED_FILE = "deployed.json"
DEFAULT_MODEL = "dlib-resnet"
LOCK_FILE = ".lock"
LOCK_TIMEOUT_S = 60.0
#: A file changed this shortly before it was hashed may change again within one tick of its clock.
SETTLED_S = 2.0

_HIDDEN = _ADDING, _REPLACED, _REMOVED = ".adding-", ".replaced-", ".removed-"
_COPY_BYTES = 1 << 20
#: A reader that meets this many replacements in a row makes the writers wait.
_SWAP_TRIES = 3
_VERIFY_HINT = "Run `python main.py models prepare` to build it again, or add the model again."

_log = logging.getLogger(__name__)
_digests: dict[tuple[str, int, int, int], str] = {}
#: Networks in use, by file, fingerprint, precision and threads: whoever opens one again shares its memory.
_networks: WeakValueDictionary[tuple[Path, str, Precision, int | None], CompiledNetwork] = (
    WeakValueDictionary()
)
_compiling = threading.Lock()

Status = Literal["ok", "missing file", "file unreadable", "checksum differs", "card unreadable", "leftover"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What `WeightsStore.verify` says about one model, or about one fault of it.

    Attributes:
        name: the model, or the folder's own name for leftovers beside the models.
        status: what is the matter.
        file: the file it is about; empty for a model that is ok.
        message: the same in words, one line.
        hint: what to do; empty for a model that is ok.
    """

    name: str
    status: Status
    file: str = ""
    message: str = ""
    hint: str = ""

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return self.status == "ok"


@dataclass(frozen=True, slots=True)
class _Deployed:
    model: str
    previous: str | None = field(default=None, metadata={"optional_in_file": True})


class WeightsStore:
    """The models in `weights/`, one folder each with a `card.json`.

    Several processes may use one folder: changes are made under a lock and
    become visible by one rename, readers need no lock.

    Args:
        folder: `weights/`; made when the first model is added.
        default: the model used while nothing was deployed.
    """

    def __init__(self, folder: Path, *, default: str = DEFAULT_MODEL) -> None:
        self.folder = folder
        self.default = default

    def names(self) -> list[str]:
        """Models that have a card (readable or not), in alphabetical order."""
        return [folder.name for folder in self._model_folders() if (folder / CARD_FILE).is_file()]

    def path(self, name: str) -> Path:
        """The folder of a model, which need not exist.

        Raises:
            WeightsError: not a possible name.
        """
        try:
            return self.folder / check_model_name(name)
        except Fault as fault:
            raise WeightsError(
                f"{printable(name)} cannot be the name of a model",
                hint="Run `python main.py models list` for the names.",
            ) from fault

    def card(self, name: str) -> ModelCard:
        """The card of a model.

        Raises:
            WeightsError: no such model, or its card is unreadable or another model's.
        """
        folder = self.path(name)
        card = self._read_card(name)
        if card.name != name:
            raise WeightsError(
                f"{folder / CARD_FILE}: name: expected {name!r}, the folder's name. Received: {card.name!r}",
                hint="Rename the folder back, or correct `name` in the card.",
            )
        return card

    def load(
        self, name: str, *, precision: Precision | None = None, threads: int | None = None
    ) -> tuple[ModelCard, list[CompiledNetwork]]:
        """Check every file against the card, then compile the networks in the card's order.

        Args:
            name: the model.
            precision: None takes what `choose_precision` found for this file
                on this processor, or else f32.
            threads: processor threads to use; None lets the runtime choose.

        Raises:
            WeightsError: no such model, a file is missing or not the card's, or does not compile.
        """
        for _ in range(_SWAP_TRIES):
            card = self.card(name)
            try:
                return card, self._compile(card, precision, threads)
            except (WeightsError, DataError) as error:
                # Perhaps only because another process is replacing the model at this moment.
                failure = error
        if not os.access(self.folder, os.W_OK):
            raise failure
        with self._lock():
            self._tidy()
            card = self.card(name)
            return card, self._compile(card, precision, threads)

    def _compile(
        self, card: ModelCard, precision: Precision | None, threads: int | None
    ) -> list[CompiledNetwork]:
        folder = self.path(card.name)
        for fault in _file_faults(card, folder):
            raise WeightsError(fault.message, hint=fault.hint)
        networks = [
            _compiled(
                folder / file,
                card.fingerprint(file),
                precision or recorded_precision(folder / file, card.fingerprint(file)),
                threads,
            )
            for file in card.files
        ]
        if self.card(card.name) != card:
            raise WeightsError(f"{card.name!r} was replaced while it was loaded", hint="Repeat.")
        return networks

    def verify(self) -> list[Verdict]:
        """Read every byte of every model: one verdict per sound model, one per fault otherwise.

        What a change that was broken off left beside the models is put away, unless another is under way.
        """
        if any(path.name.startswith(_HIDDEN) for path in _inside(self.folder)):
            with contextlib.suppress(WeightsError, DataError), self._lock(timeout_s=0):
                self._tidy()
        verdicts = [verdict for name in self.names() for verdict in self._verify(name)]
        return verdicts + list(self._without_card()) + list(self._leftovers())

    def add(self, name: str, files: Mapping[str, Path], card: ModelCard, *, replace: bool = False) -> None:
        """Copy a model in, so that it is there completely or not at all.

        What else lies in the model's folder (checkpoints, notes) stays.

        Args:
            name: the model; the card's name too.
            files: name in the model's folder → file to copy; exactly the files of `card.sha256`.
            card: its digests are compared with what was copied.
            replace: take the place of an existing model, which is given up only
                when the new one is in place.

        Raises:
            WeightsError: exists already, or the files are not what the card says.
            DataError: a file cannot be read or written, as when the disk is full.
        """
        folder = self.path(name)
        _check_agreement(name, files, card)
        with self._lock():
            self._tidy()
            if not replace and any((folder / file).exists() for file in (CARD_FILE, *files)):
                raise WeightsError(
                    f"there is a model {name!r} already",
                    hint="Choose another name, or replace it with --replace.",
                )
            with readable_os_errors("save the model in", folder):
                self._swap_in(self._stage(name, files, card), folder)

    def renew_card(self, card: ModelCard) -> None:
        """Another card for a model whose files stay.

        Raises:
            WeightsError: its files are not there, or not what the card says.
            DataError: disk full or no permission.
        """
        files = {file: self.path(card.name) / file for file in card.sha256}
        self.add(card.name, files, card, replace=True)

    def remove(self, name: str) -> None:
        """Delete a model's folder, its training checkpoints included.

        Raises:
            WeightsError: no such model, or it is the deployed one.
            DataError: it cannot be deleted.
        """
        folder = self.path(name)
        with self._lock():
            self._tidy()
            if not folder.is_dir():
                raise self._missing(name)
            if self._deployed().model == name:
                raise WeightsError(
                    f"{name!r} is the deployed model",
                    hint="Deploy another model first, then remove this one.",
                )
            with readable_os_errors("remove", folder):
                aside = self._aside(_REMOVED, name)
                patiently(folder.rename, aside)
                patiently(shutil.rmtree, aside)

    def deployed(self) -> str:
        """Name of the model in use; the default while none was deployed.

        Raises:
            WeightsError: `deployed.json` is damaged or names a model that is not there.
        """
        name = self._deployed().model
        if (self.folder / DEPLOYED_FILE).is_file() and not self._has(name):
            raise WeightsError(
                f"{self.folder / DEPLOYED_FILE} names the model {name!r}, which is not there",
                hint=f"Deploy one of: {_listed(self.names())}; or delete that file to use {self.default!r}.",
            )
        return name

    def previous(self) -> str | None:
        """Name of the model deployed before the present one, if any; it may be gone."""
        return self._deployed().previous

    def deploy(self, name: str) -> None:
        """Make a model the one in use, after checking its files.

        Raises:
            WeightsError: no such model, or it is damaged; the old one stays in use.
            DataError: `deployed.json` cannot be written.
        """
        card = self.card(name)
        for fault in _file_faults(card, self.path(name)):
            raise WeightsError(fault.message, hint=fault.hint)
        with self._lock():
            before = self._deployed_or_default()
            previous = before.previous if before.model == name else before.model
            text = json.dumps({"model": name, "previous": previous}, indent=2)
            atomic_write(self.folder / DEPLOYED_FILE, f"{text}\n".encode())

    def _has(self, name: str) -> bool:
        file = self.path(name) / CARD_FILE
        for _ in range(_SWAP_TRIES):
            if file.is_file():
                return True
            self._heal()  # Waits for a replacement that is under way.
        return file.is_file()

    def _read_card(self, name: str) -> ModelCard:
        file = self.path(name) / CARD_FILE
        for _ in range(_SWAP_TRIES):
            if not self._has(name):
                raise self._missing(name)
            try:
                return read_card(file)
            except WeightsError as error:
                if not isinstance(error.__cause__, FileNotFoundError):
                    raise
        with self._lock():
            self._tidy()
            return read_card(file)

    def _model_folders(self) -> list[Path]:
        listed = _inside(self.folder)
        if any(path.name.startswith(_REPLACED) for path in listed):
            self._heal()
            listed = _inside(self.folder)
        return [path for path in listed if _is_model_name(path)]

    def _deployed(self) -> _Deployed:
        file = self.folder / DEPLOYED_FILE
        if not file.is_file():
            return _Deployed(self.default)
        with faults_of(file):
            deployed = build(_Deployed, read_json_object(file))
            check_model_name(deployed.model)
            return deployed

    def _deployed_or_default(self) -> _Deployed:
        try:
            return self._deployed()
        except WeightsError as error:
            _log.info("replacing a damaged file: %s", error)
            return _Deployed(self.default)

    def _missing(self, name: str) -> WeightsError:
        hint = f"There are: {_listed(self.names())}. Shipped ones: `models prepare`; others: `models add FILE.onnx`."
        if name == self.default:
            hint = "Run `python main.py models prepare` to build it."
        return WeightsError(f"there is no model {name!r} in {self.folder}", hint=hint)

    def _verify(self, name: str) -> list[Verdict]:
        try:
            card = self.card(name)
        except WeightsError as error:
            return [Verdict(name, "card unreadable", CARD_FILE, error.message, error.hint)]
        return list(_file_faults(card, self.path(name))) or [Verdict(name, "ok")]

    def _without_card(self) -> Iterator[Verdict]:
        for folder in self._model_folders():
            holds_network = any(path.suffix in (".xml", ".onnx") for path in _inside(folder))
            if holds_network and not (folder / CARD_FILE).exists():
                message = f"{folder} holds a network but no {CARD_FILE}, so it cannot be used"
                hint = "Add it with `python main.py models add FILE.onnx`."
                yield Verdict(folder.name, "card unreadable", CARD_FILE, message, hint)

    def _leftovers(self) -> Iterator[Verdict]:
        shallow = _inside(self.folder)
        deep = [path for folder in shallow if _is_model_name(folder) for path in _inside(folder)]
        found = [path for path in shallow + deep if path.suffix == ".part"]
        # In a folder that cannot be written these take up room and do no harm, unless a model is missing for it.
        asides = [path for path in shallow if path.name.startswith(_REPLACED)]
        found += [path for path in asides if not (self.folder / _owner_of(path)).exists()]
        for path in sorted(found):
            owner = path.parent.name if path.parent != self.folder else path.name
            message = f"{path} is left over from a download or change that was broken off, or still runs"
            yield Verdict(owner, "leftover", path.name, message, "Repeat what was broken off, or delete it.")

    # Changing the folder. A kill may leave at most one hidden folder, which `_tidy` understands.

    @contextlib.contextmanager
    def _lock(self, timeout_s: float = LOCK_TIMEOUT_S) -> Iterator[None]:
        with readable_os_errors("write in", self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            lock = filelock.FileLock(self.folder / LOCK_FILE, timeout=timeout_s)
            try:
                lock.acquire()
            except filelock.Timeout as error:
                raise WeightsError(
                    f"another program has been changing {self.folder} for {timeout_s:.0f} s",
                    hint="Wait for it or close it, then repeat.",
                ) from error
        try:
            yield
        finally:
            lock.release()

    def _aside(self, prefix: str, name: str) -> Path:
        return self.folder / f"{prefix}{secrets.token_hex(4)}-{name}"

    def _stage(self, name: str, files: Mapping[str, Path], card: ModelCard) -> Path:
        staged = self._aside(_ADDING, name)
        try:
            staged.mkdir()
            for file, source in files.items():
                if _copy(source, staged / file) != card.sha256[file]:
                    raise WeightsError(
                        f"{source} is not the file its card describes (SHA-256 differs)", hint=_VERIFY_HINT
                    )
            for file in card.files:
                read_network(staged / file)
            write_card(card, staged / CARD_FILE)
            fsync_folder(staged)
        except BaseException:
            shutil.rmtree(staged, ignore_errors=True)
            raise
        return staged

    def _swap_in(self, staged: Path, folder: Path) -> None:
        aside = self._aside(_REPLACED, folder.name)
        if folder.exists():
            patiently(folder.rename, aside)
        try:
            patiently(staged.rename, folder)
        except BaseException:
            if aside.exists() and not folder.exists():
                patiently(aside.rename, folder)
            shutil.rmtree(staged, ignore_errors=True)
            raise
        fsync_folder(self.folder)
        if aside.exists():
            self._give_up(aside, folder)

    def _heal(self) -> None:
        # Between the two renames of a replacement the model is missing; after a kill there, for good.
        waiting = any(path.name.startswith(_REPLACED) for path in _inside(self.folder))
        if waiting and os.access(self.folder, os.W_OK):
            with self._lock():
                self._tidy()

    def _tidy(self) -> None:
        with readable_os_errors("tidy up", self.folder):
            for aside in self.folder.glob(f"{_REPLACED}*"):
                folder = self.folder / _owner_of(aside)
                if folder.exists():
                    self._give_up(aside, folder)
                else:
                    _log.info("taking back the replaced model %s", folder)
                    patiently(aside.rename, folder)
            for prefix in (_ADDING, _REMOVED):
                for dead in self.folder.glob(f"{prefix}*"):
                    patiently(shutil.rmtree, dead)
        sweep_temporary(self.folder)

    def _give_up(self, aside: Path, folder: Path) -> None:
        """Delete a replaced model after moving what was not part of it into its successor."""
        own = _own_files(aside) | (_cohort_file(aside) - _cohort_file(folder))
        for entry in sorted(aside.iterdir()):
            target = folder / entry.name
            if entry.name not in own and (entry.is_dir() or not target.exists()):
                patiently(entry.rename, _free_name(target))
        fsync_folder(folder)
        # Under this name a deletion that is broken off needs no card to be completed.
        dead = self._aside(_REMOVED, folder.name)
        patiently(aside.rename, dead)
        patiently(shutil.rmtree, dead)


def _owner_of(replaced: Path) -> str:
    """The model that a replaced one was."""
    return replaced.name.removeprefix(_REPLACED).partition("-")[2]


def _own_files(folder: Path) -> set[str]:
    try:
        files = set(read_card(folder / CARD_FILE).sha256)
    except WeightsError:
        files = set()  # Nobody knows what belonged to it, so everything is kept.
    return files | {CARD_FILE, RECORD_FILE}


def _cohort_file(folder: Path) -> set[str]:
    """No file of the network: it comes after the card and stays when the card is renewed, while that speaks of it."""
    with contextlib.suppress(WeightsError):
        cohort = read_card(folder / CARD_FILE).cohort
        return set() if cohort is None else {cohort.file}
    return set()


def _free_name(path: Path) -> Path:
    candidates = (path.with_name(f"{path.name}~{number}") for number in range(1, 1000))
    return path if not path.exists() else next(other for other in candidates if not other.exists())


def _check_agreement(name: str, files: Mapping[str, Path], card: ModelCard) -> None:
    if card.name != name:
        raise WeightsError(
            f"the card of {name!r} says its name is {card.name!r}", hint="Use one name for both."
        )
    differing = sorted(set(files) ^ set(card.sha256))
    if differing:
        raise WeightsError(
            f"the files of {name!r} and those of its card differ in {_listed(differing)}",
            hint="Give exactly the files whose SHA-256 the card holds.",
        )


def _copy(source: Path, target: Path) -> str:
    """Copy a file durably; returns the SHA-256 of what was written."""
    digest = hashlib.sha256()
    with contextlib.ExitStack() as stack:
        with readable_os_errors("read", source):  # Inside, or the message would name the target.
            reader = stack.enter_context(open(source, "rb"))
        writer = stack.enter_context(open(target, "xb"))
        while block := reader.read(_COPY_BYTES):
            digest.update(block)
            writer.write(block)
        writer.flush()
        fsync(writer.fileno())
    return digest.hexdigest()


def _compiled(path: Path, fingerprint: str, precision: Precision, threads: int | None) -> CompiledNetwork:
    key = (path, fingerprint, precision, threads)
    with _compiling:
        network = _networks.get(key)
        if network is None:
            network = _networks[key] = CompiledNetwork(path, precision=precision, threads=threads)
        return network


def _file_faults(card: ModelCard, folder: Path) -> Iterator[Verdict]:
    for file, expected in card.sha256.items():
        path = folder / file
        if not path.is_file():
            yield Verdict(card.name, "missing file", file, f"{path} is missing", _VERIFY_HINT)
            continue
        try:
            received = _sha256(path)
        except DataError as error:
            yield Verdict(card.name, "file unreadable", file, error.message, error.hint)
            continue
        if received != expected:
            digests = f"SHA-256 {received[:12]}…, expected {expected[:12]}…"
            words = f"{path} is not the file its card describes: {digests}"
            yield Verdict(card.name, "checksum differs", file, words, _VERIFY_HINT)


def _sha256(path: Path) -> str:
    """SHA-256 of a file, remembered in this process while the file keeps size and times."""
    with readable_os_errors("read", path), open(path, "rb") as file:
        status = os.fstat(file.fileno())
        # The time of the last change of status cannot be set back, unlike that of the content.
        key = (str(path.absolute()), status.st_size, status.st_mtime_ns, status.st_ctime_ns)
        if key in _digests:
            return _digests[key]
        hashed_at_s = time.time()
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if hashed_at_s - max(status.st_mtime, status.st_ctime) > SETTLED_S:
        _digests[key] = digest
    return digest


def _inside(folder: Path) -> list[Path]:
    """What a folder holds, sorted; nothing if it is none or was taken away meanwhile."""
    try:
        return sorted(folder.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return []


def _is_model_name(folder: Path) -> bool:
    try:
        check_model_name(folder.name)
    except Fault:
        return False
    return True


def _listed(names: list[str]) -> str:
    return ", ".join(names) or "none"
