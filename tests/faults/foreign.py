"""Pictures and films as others make them, small ones of every format, and who reads them."""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image

from facecam.vision.images.read import looks_like_picture, picture_ending, read_picture
from facecam.vision.sources.open import open_source
from tests.faults.readers import Reader

#: Pillow's format → options, each saved once.
_PICTURES: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("jpg", "JPEG", {}),
    ("progressive", "JPEG", {"progressive": True, "subsampling": 0}),
    ("png", "PNG", {}),
    ("gif", "GIF", {}),
    ("webp", "WEBP", {}),
    ("lossless", "WEBP", {"lossless": True}),
    ("tiff", "TIFF", {}),
    ("deflated", "TIFF", {"compression": "tiff_adobe_deflate"}),
    ("lzw", "TIFF", {"compression": "tiff_lzw"}),
    ("ppm", "PPM", {}),
    ("bmp", "BMP", {}),
    ("avif", "AVIF", {"speed": 10}),
)
#: Names of other modes of pixels, all as PNG or TIFF.
_MODES = (
    ("P", "PNG"),
    ("LA", "PNG"),
    ("1", "TIFF"),
    ("I;16", "PNG"),
    ("F", "TIFF"),
    ("CMYK", "JPEG"),
    ("CMYK", "TIFF"),
)
#: OpenCV's code → ending.
_FILMS = (("mp4v", ".mp4"), ("MJPG", ".avi"), ("XVID", ".avi"), ("FFV1", ".mkv"))
#: Where there is a program `ffmpeg`: what OpenCV reads and does not write.
_ENCODERS = (
    ("libx264", ".mp4"), ("libx264", ".ts"), ("libx265", ".mkv"), ("libvpx-vp9", ".webm"), ("libvpx", ".webm"),
    ("mpeg1video", ".mpg"), ("flv", ".flv"), ("libtheora", ".ogv"), ("wmv2", ".wmv"), ("mjpeg", ".mjpg"),
)  # fmt: skip
#: Frames read of a damaged film.
_FRAMES = 60


def pictures(root: Path) -> Iterator[Reader]:
    """Sound pictures in `root`, and how they are read."""
    root.mkdir(parents=True)
    shown = Image.fromarray(_scene(0))
    for name, kind, options in _PICTURES:
        yield _picture(root / f"{name}.{kind.lower()}", shown, kind, options)
    grey = shown.convert("L")
    for mode, kind in _MODES:
        other = (
            grey.convert("I").point(lambda value: value * 256).convert(mode)
            if mode == "I;16"
            else shown.convert(mode)
        )
        yield _picture(root / f"mode-{mode.replace(';', '')}.{kind.lower()}", other, kind, {})
    frames = [Image.fromarray(_scene(number)) for number in range(4)]
    yield _picture(root / "moving.gif", frames[0], "GIF", {"save_all": True, "append_images": frames[1:]})
    turned = Image.Exif()
    turned[0x0112] = 6
    yield _picture(root / "turned.jpg", shown, "JPEG", {"exif": turned.tobytes()})
    try:
        import pillow_heif
    except ImportError:
        return
    pillow_heif.from_pillow(shown).save(root / "a.heic")
    yield _reader(root / "a.heic")


def _scene(number: int) -> np.ndarray:
    rng = np.random.default_rng(number)
    return cv2.resize(
        rng.integers(0, 256, (12, 16, 3)).astype(np.uint8), (160, 120), interpolation=cv2.INTER_CUBIC
    )


def _picture(path: Path, image: Image.Image, kind: str, options: dict[str, Any]) -> Reader:
    content = io.BytesIO()
    image.save(content, kind, **options)
    path.write_bytes(content.getvalue())
    return _reader(path)


def _reader(path: Path) -> Reader:
    def read() -> None:
        looks_like_picture(path)
        picture_ending(path)
        read_picture(path)

    return Reader(path.name, path, read)


def films(root: Path) -> Iterator[Reader]:
    """Sound films of ten frames in `root`, and how they are played."""
    root.mkdir(parents=True)
    for code, ending in _FILMS:
        path = root / f"{code}{ending}"
        writer = cv2.VideoWriter(str(path), cv2.CAP_FFMPEG, cv2.VideoWriter.fourcc(*code), 25, (160, 120))
        if writer.isOpened():
            for number in range(10):
                writer.write(_scene(number))
            writer.release()
            yield _film(path)
    encoder = shutil.which("ffmpeg")
    for codec, ending in _ENCODERS if encoder else ():
        path = root / f"{codec}{ending}"
        command = [str(encoder), "-v", "quiet", "-i", str(root / "MJPG.avi"), "-c:v", codec, str(path)]
        if subprocess.run(command, check=False, timeout=60, stderr=subprocess.DEVNULL).returncode == 0:
            yield _film(path)


def _film(path: Path) -> Reader:
    def play() -> None:
        with open_source(str(path)) as source:
            for _ in islice(iter(source.read, None), _FRAMES):
                pass

    return Reader(path.name, path, play)
