"""People who are known, and the recognition of them."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Self

import numpy as np

from facecam.core.config import Settings
from facecam.core.encryption import data_keys
from facecam.core.events import NEVER, CancelToken, EventSink
from facecam.engine import components
from facecam.engine.enrollment.enroller import Enroller, EnrollReport
from facecam.engine.models.export import ExportFormat, export_model
from facecam.engine.people import directory
from facecam.engine.places import DEMO_FOLDER
from facecam.engine.recognition.recognizer import GalleryWatch, open_recognizer
from facecam.engine.recognition.still_images import PictureRecognizer
from facecam.engine.recognition.stream import recognize_stream
from facecam.engine.training_jobs.request import TrainOutcome, TrainRequest
from facecam.engine.training_jobs.run import run_training
from facecam.gallery.gallery import Gallery
from facecam.library.faces import RecognizedFace, RecognizedFrame, recognized_face, recognized_frame
from facecam.library.home import Folder, listener, path_of, paths_of, settings_of, with_models
from facecam.library.pictures import Photo, read_photo
from facecam.training.config.preset import find_preset
from facecam.vision.sources.open import open_source


class FaceRecognizer:
    """Somebody's people, in a folder of their own, and what is asked about them. May be used from several threads.

    Made by `open`. Window and command line use the same folder: whom one enrolls the other knows within a second.

    Example:
        >>> import facecam
        >>> app = facecam.FaceRecognizer.open("faces")
        >>> app.enroll("Eileen Collins", ["eileen.png"]).used
        1
        >>> [face.name for face in app.recognize("eileen.png")]
        ['Eileen Collins']
        >>> [face.name for face in app.recognize("barack.jpg")]
        [None]
        >>> app.people
        ('Eileen Collins',)
    """

    def __init__(self, settings: Settings, on_event: EventSink | None = None) -> None:
        self.settings = with_models(settings, on_event)
        data_keys.enter(self.settings.database)
        self._on_event = listener(on_event)
        self._lock = threading.RLock()
        self._enroller: Enroller | None = None
        self._load()

    @classmethod
    def open(
        cls,
        home: Folder | None = None,
        *,
        settings: Settings | None = None,
        on_event: EventSink | None = None,
    ) -> Self:
        """Open the people of a folder; it is made with the first of them.

        The models are made ready where that was never done: once, in a minute, with a connection.

        Args:
            home: holds `data/` (photos) and `database/`, and `weights/` if it has models of its own; None: the
                program's own, or where `FACECAM_HOME` says.
            settings: detector, threshold and so on; None: as the program has them.
            on_event: gets progress and notices; None: what should be read is printed on stderr.

        Raises:
            WeightsError: a model is missing or damaged.
            GalleryError: the database is unreadable, or of another model.
            DependencyError: the models' files cannot be fetched.

        Example:
            >>> import facecam
            >>> settings = facecam.Settings(detector="blaze", strangers=0.01)
            >>> app = facecam.FaceRecognizer.open("faces", settings=settings)
        """
        return cls(settings_of(home, settings), on_event)

    @property
    def people(self) -> tuple[str, ...]:
        """The names of everybody enrolled, in the order of the alphabet."""
        return tuple(sorted((one.name for one in self.gallery.identities), key=str.casefold))

    @property
    def gallery(self) -> Gallery:
        """The people with their vectors, as they are now; frozen."""
        with self._lock:
            return self._refreshed().matcher.gallery

    def enroll(self, name: str, photos: Folder | Iterable[Folder]) -> EnrollReport:
        """Make somebody known, or known better, from photos in which they are the main face.

        Every photo is judged; the report says which were used, and of the others why not. Copies of those used are
        kept in `data/`.

        Args:
            name: a new person's or a known one's, in any script.
            photos: files and folders of them, or one of these.

        Raises:
            EnrollmentError: none of the photos can be used.
            GalleryError: the name cannot be one, or the database is unreadable.
            DataError: disk full or no permission; everything is as it was.

        Example:
            >>> import facecam
            >>> report = facecam.FaceRecognizer.open("faces").enroll("Barack Obama", ["barack.jpg", "nobody.png"])
            >>> [(photo.used, photo.reason) for photo in report.verdicts]
            [(True, 'good'), (False, 'no face')]
        """
        with self._lock:
            if self._enroller is None:
                self._enroller = Enroller(self.settings, on_event=self._on_event)
            return self._enroller.enroll(name, paths_of(photos))

    def remove(self, name: str) -> None:
        """Forget somebody: photos, vectors, and their name in the records of trainings. It cannot be taken back.

        Raises:
            GalleryError: nobody has that name.
        """
        with self._lock:
            directory.delete_person(self.settings, name, self._on_event)

    def rename(self, old: str, new: str) -> None:
        """Give somebody another name.

        Raises:
            GalleryError: nobody has the old name, or somebody has the new one.
        """
        with self._lock:
            directory.rename_person(self.settings, old, new, self._on_event)

    def recognize(self, photo: Photo) -> list[RecognizedFace]:
        """The faces of a photo with their names, the largest first.

        Args:
            photo: a file, or uint8 (H, W, 3) RGB.

        Raises:
            DataError: the file cannot be read, or the array is no picture.
        """
        image = read_photo(photo)
        with self._lock:
            pictures = self._refreshed()
            faces = pictures.recognize(image, None if isinstance(photo, np.ndarray) else Path(photo))
            return [recognized_face(face, pictures.card) for face in faces]

    def stream(
        self,
        source: int | Folder = 0,
        *,
        every: int = 1,
        max_frames: int | None = None,
        cancel: CancelToken = NEVER,
    ) -> Iterator[RecognizedFrame]:
        """Recognize frame after frame: of a camera the newest each time, of a file all of them.

        Faces are followed, and names voted for from frame to frame. Who is enrolled meanwhile is known within a second.

        Args:
            source: number or name of a camera, a video, a stream's address, a folder of pictures, or `demo`.
            every: look for faces in every n-th frame, and follow them in between.
            max_frames: end after so many.
            cancel: ends it from another thread.

        Raises:
            CameraError: the camera or stream cannot be opened. Once it plays, it is waited for when it is lost.
            DataError: the file cannot be read.

        Example:
            >>> import facecam
            >>> app = facecam.FaceRecognizer.open("faces")
            >>> for frame in app.stream("demo", max_frames=3):
            ...     print(frame.index, len(frame.faces))
            0 1
            1 1
            2 1
        """
        spec = str(source)
        recognizer, watch = open_recognizer(self.settings, every=every, source=spec, on_event=self._on_event)
        clip = DEMO_FOLDER / "clip.mp4"
        with (
            open_source(spec, on_event=self._on_event, demo_clip=clip) as frames,
            contextlib.closing(
                recognize_stream(
                    frames, recognizer, watch, cancel=cancel, max_frames=max_frames, on_event=self._on_event
                )
            ) as results,
        ):
            for result in results:
                yield recognized_frame(result, recognizer.embedder.card)

    def train_head(self, name: str | None = None) -> TrainOutcome:
        """Train a small layer on the vectors of the model in use, with everybody's photos: a minute, no TensorFlow.

        It is put in use if it is shown to be at least as good, and to let no more strangers in.

        Args:
            name: of the model to be made; None: chosen.

        Raises:
            FacecamError: too few people or photos; the model in use is as it was.
        """
        request = TrainRequest(find_preset("quick").options, "quick", name)
        with self._lock:
            outcome = run_training(self.settings, request, on_event=self._on_event)
            if outcome.deployed:
                self._load()
            return outcome

    def export(self, output: Folder, *, model: str | None = None, kind: ExportFormat = "onnx") -> Path:
        """Write an embedding model as one file for other programs: face chips in, unit vectors out.

        Args:
            output: the file, which must not be there.
            model: its name; None: the one in use.
            kind: `onnx`, `openvino`, or `litert`, which needs TensorFlow.

        Raises:
            ConfigError: the file is there, or ends otherwise than its kind.
            WeightsError: no such model, or it cannot be written in this form.
        """
        name = model or components.model_in_use(self.settings)
        return export_model(self.settings, name, kind, path_of(output), on_event=self._on_event).path

    def _load(self) -> None:
        """What depends on the model in use."""
        embedder = components.open_embedder(self.settings)
        self._pictures = PictureRecognizer(self.settings, self._on_event, embedder)
        self._watch = GalleryWatch(self.settings, embedder, self._on_event)
        self._enroller = None

    def _refreshed(self) -> PictureRecognizer:
        matcher = self._watch.changed(pause_s=0)
        if matcher is not None:
            self._pictures.matcher = matcher
        return self._pictures
