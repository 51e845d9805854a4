"""Pictures from files: upright RGB, whatever camera, scanner or program wrote them.

The first bytes of a file choose its decoder, never its name, and only the
decoders listed here run: Pillow's other plugins include one that starts
Ghostscript. They are called directly instead of through `Image.open`, whose
limit on size is one number for all formats and a warning below it; ours
depends on what the format costs in memory.
"""

from __future__ import annotations

import io
import logging
import os
import stat
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, Final, cast

import numpy as np
from PIL import Image
from PIL.AvifImagePlugin import AvifImageFile
from PIL.BmpImagePlugin import BmpImageFile
from PIL.GifImagePlugin import GifImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.PpmImagePlugin import PpmImageFile
from PIL.TiffImagePlugin import TiffImageFile
from PIL.WebPImagePlugin import WebPImageFile

from facecam.core.encryption import at_rest
from facecam.core.errors import DataError
from facecam.core.events import EventSink, Notice, ignore
from facecam.core.heap import make_room
from facecam.core.paths import printable, readable_os_errors
from facecam.core.types import ImageArray
from facecam.vision.images import limits
from facecam.vision.images.limits import (
    MAX_COSTLY_MEGAPIXELS,
    MAX_JPEG_MEGAPIXELS,
    TooLarge,
    refuse_costly,
    refuse_more_than,
)
from facecam.vision.images.modes import upright_rgb
from facecam.vision.images.rationed import RationedFile

#: Endings taken for pictures in folders; what is inside decides when they are read.
# fmt: off
PICTURE_ENDINGS = frozenset({
    ".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".bmp", ".webp", ".gif", ".tif", ".tiff",
    ".pgm", ".ppm", ".pbm", ".pnm", ".avif", ".heic", ".heif",
})
# fmt: on

# What Pillow finds odd in a file (Exif of a wrong length) is no affair of the user's: the picture is read.
# Here and for good, since `catch_warnings` is not for programs of several threads.
warnings.filterwarnings("ignore", category=UserWarning, module=r"PIL\.")

_ORIENTATION_TAG: Final = 0x0112
#: Larger pictures are reduced to this.
_MOST_SIDE_PX = 4096
#: Before more is read, as `working_bytes` counts, networks give back what they keep between two pictures, 250 MB: JPEG
#: of 25 megapixels, more than most cameras make, as filling that again takes some 50 ms.
_ROOM_FROM_BYTES = 300_000_000
#: Pages of a file that are turned over as long as nothing is on them.
_MOST_PAGES = 32
#: Between the darkest and the brightest value of an empty page: what compression leaves of one color.
_BLANK_RANGE = 12
_log = logging.getLogger(__name__)
_HEIF_BRANDS = {b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"hevm", b"hevs", b"mif1", b"msf1"}
#: How films begin that do not begin as MP4 or AVI: Matroska and WebM, Ogg, MPEG.
_FILMS = (b"\x1aE\xdf\xa3", b"OggS", b"\0\0\1\xba")
_AVIF_BRANDS = {b"avif", b"avis"}
Decoder = Callable[[BinaryIO], Image.Image]


def is_picture_name(path: Path | str) -> bool:
    """Whether the ending says picture. The file itself is not looked at.

    Example:
        >>> is_picture_name("Ada.JPG"), is_picture_name("Ada.txt")
        (True, False)
    """
    return Path(path).suffix.lower() in PICTURE_ENDINGS


def list_pictures(folder: Path, recursive: bool, *, on_event: EventSink = ignore) -> list[Path]:
    """All pictures of a folder by name, sorted; hidden files and folders are left out.

    Links to files count, links to folders are not followed (they can form
    circles). A picture that turns out to be unreadable is listed all the
    same, so that whoever reads it can say so.

    Args:
        folder: where to look.
        recursive: look into subfolders too.
        on_event: hears a `Notice` for each subfolder that cannot be read.

    Raises:
        DataError: `folder` itself is missing, not a folder or unreadable.
    """
    pictures, subfolders = _scan(folder)
    while recursive and subfolders:
        subfolder = subfolders.pop()
        try:
            found, deeper = _scan(subfolder)
        except DataError as error:
            on_event(Notice(error.message, error.hint))
            continue
        pictures += found
        subfolders += deeper
    return sorted(pictures)


def _scan(folder: Path) -> tuple[list[Path], list[Path]]:
    """(pictures, subfolders) directly inside `folder`."""
    pictures: list[Path] = []
    subfolders: list[Path] = []
    with readable_os_errors("read the folder", folder), os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith("."):
                continue
            if entry.is_dir(follow_symlinks=False):
                subfolders.append(Path(entry.path))
            elif is_picture_name(entry.name) and not Path(entry.path).is_dir():
                pictures.append(Path(entry.path))
    return pictures, subfolders


def looks_like_picture(path: Path) -> bool:
    """Whether the first bytes of a regular file are those of a format `read_picture` knows.

    Raises:
        DataError: the file cannot be opened.
    """
    with readable_os_errors("read", path), _open_regular(path) as file:
        return _decoder_for(file.read(64)) is not None


def picture_ending(path: Path) -> str:
    """The ending a picture should have, with its dot: its own if it is a picture's, else that of its content.

    Example:
        `photo.jpg_large` of a browser → `.jpg`

    Raises:
        DataError: the file cannot be opened.
    """
    if is_picture_name(path):
        return path.suffix.lower()
    with readable_os_errors("read", path), _open_regular(path) as file:
        decoder = _decoder_for(file.read(64))
    return _ENDINGS.get(decoder, path.suffix.lower()) if decoder is not None else path.suffix.lower()


def read_picture(path: Path, max_side_px: int = _MOST_SIDE_PX) -> ImageArray:
    """Read a picture upright, as RGB.

    Transparent pictures are shown on white, as browsers and paper show them;
    black would put a dark frame around dark hair. Values of more than 8 bits
    are scaled by the range of their kind (16-bit: 65535 is white), never
    clipped. Of an animation or a file of many pages the first picture is taken on which there is anything: a cover
    sheet and a fade-in are passed over.

    Args:
        path: jpg, png, bmp, webp, pnm, tiff, gif, avif, and heic where
            pillow-heif is installed. The content decides, not the ending.
        max_side_px: a picture with a longer side is reduced to it, ≥ 1.

    Returns:
        uint8 (H, W, 3) RGB, writable, both sides ≤ `max_side_px`.

    Raises:
        DataError: missing, not permitted, not a file, empty, damaged, not a
            picture, or above a limit of `picture_limits`.
    """
    with readable_os_errors("read", path), _open_regular(path) as file:
        decoder = _decoder_for(file.read(64))
        if decoder is None:
            raise _not_a_picture(path, file)
        file.seek(0)
        return _read(file, decoder, path, max_side_px)


def pages_in(path: Path) -> int:
    """How many pictures a file holds: pages of a scan, pictures of an animation; 1 where that cannot be told."""
    try:
        with _open_regular(path) as file:
            decoder = _decoder_for(file.read(64))
            file.seek(0)
            return 1 if decoder in (None, _open_heif) else _page_count(_opened(decoder, RationedFile(file)))
    except Exception as error:  # Whoever reads the picture says what is wrong with it.
        _log.debug("counting the pages of %s: %s", path, error)
        return 1


def working_bytes(path: Path, max_side_px: int = _MOST_SIDE_PX) -> int:
    """About how much memory it takes to read a picture and look at it, bytes; 0 if it will be refused."""
    try:
        with _open_regular(path) as file:
            decoder = _decoder_for(file.read(64))
            if decoder is None:
                return 0
            file.seek(0)
            picture = _opened(decoder, RationedFile(file))
            refuse_costly(picture, file, max_side_px)
            return limits.working_bytes(picture)
    except Exception as error:  # As `_read`: whatever it is, reading it says so.
        _log.debug("no size of %s: %s", printable(path), error)
        return 0


def xmp_and_orientation(path: Path) -> tuple[bytes, int]:
    """What a picture says beside its pixels: its XMP packet, empty where there is none, and its EXIF orientation.

    HEIC is turned when it is read, and has none here.

    Raises:
        DataError: it cannot be opened.
        Exception: it is damaged or above a limit; decoders raise whatever they stumble on.
    """
    with readable_os_errors("read", path), _open_regular(path) as file:
        decoder = _decoder_for(file.read(64))
        file.seek(0)
        if decoder is None or decoder is _open_heif:
            return b"", 1
        rationed = RationedFile(file)
        picture = _opened(decoder, rationed)
        # Of a PNG these may stand behind the pixels, which are read then.
        refuse_costly(picture, file, _MOST_SIDE_PX)
        rationed.allow(picture.size)
        orientation = int(picture.getexif().get(_ORIENTATION_TAG, 1))
        packet = picture.info.get("xmp", b"")
    return packet.encode() if isinstance(packet, str) else bytes(packet), orientation


def picture_from_bytes(content: bytes, name: str) -> ImageArray:
    """`read_picture` for a picture that is in memory, such as a member of a zip file.

    Args:
        content: the whole file.
        name: what to call it in errors.

    Raises:
        DataError: as `read_picture`.
    """
    file, path = io.BytesIO(content), Path(name)
    decoder = _decoder_for(content[:64])
    if decoder is None:
        raise _not_a_picture(path, file)
    with readable_os_errors("read", path):
        return _read(file, decoder, path, _MOST_SIDE_PX)


def _open_regular(path: Path) -> BinaryIO:
    """Open a plain file, or what is sealed in it; a pipe or device is refused, without waiting for it."""
    try:
        _refuse_special(path.stat().st_mode, path)
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except ValueError as error:  # a NUL in the name
        raise DataError(
            f"{printable(path)} is not a file name", hint="Check the spelling of the path."
        ) from error
    file = os.fdopen(descriptor, "rb")
    try:
        _refuse_special(os.fstat(descriptor).st_mode, path)
        with at_rest.foreign_as_unreadable():
            plain = at_rest.opened(file, path)
    except BaseException:
        file.close()
        raise
    if plain is not file:
        file.close()
    return plain


def _refuse_special(mode: int, path: Path) -> None:
    if stat.S_ISDIR(mode):
        raise DataError(f"{printable(path)} is a folder, not a picture", hint="Name a file inside it.")
    if not stat.S_ISREG(mode):
        raise DataError(
            f"{printable(path)} is a pipe or device, not a picture",
            hint="Save the picture to a file first.",
        )


def _not_a_picture(path: Path, file: BinaryIO) -> DataError:
    if file.seek(0, os.SEEK_END) == 0:
        return DataError(f"{printable(path)} is empty", hint="Copy the picture again from where it came.")
    file.seek(0)
    head = file.read(12)
    if head[4:8] == b"ftyp" or head.startswith(_FILMS) or head[8:] == b"AVI ":
        return DataError(
            f"{printable(path)} is a film, not a picture",
            hint="Watch it: `python main.py live`, with it as `--source`.",
        )
    return DataError(
        f"{printable(path)} is not a picture facecam can read",
        hint="Use jpg, png, bmp, webp, pgm, tiff, gif, avif or heic.",
    )


def _decoder_for(head: bytes) -> Decoder | None:
    if head[4:8] == b"ftyp":
        brands = {head[offset : offset + 4] for offset in range(8, len(head), 4)}
        if brands & _AVIF_BRANDS:
            return AvifImageFile
        return _open_heif if brands & _HEIF_BRANDS else None
    for offset, signatures, decoder in _SIGNATURES:
        if head[offset:].startswith(signatures):
            return decoder
    return None


def _open_heif(file: BinaryIO) -> Image.Image:
    try:
        import pillow_heif
    except ImportError as error:
        raise DataError(
            "HEIC pictures need the package pillow-heif", hint="Run `python -m pip install pillow-heif`."
        ) from error
    container = pillow_heif.open_heif(file)
    refuse_more_than(MAX_COSTLY_MEGAPIXELS, container.size)
    picture: Image.Image = container.to_pillow()  # turned as the container says, its Exif rotation reset
    return picture


_SIGNATURES: tuple[tuple[int, tuple[bytes, ...], Decoder], ...] = (
    (0, (b"\xff\xd8\xff",), JpegImageFile),
    (0, (b"\x89PNG\r\n\x1a\n",), PngImageFile),
    (0, (b"BM",), BmpImageFile),
    (8, (b"WEBP",), WebPImageFile),
    (0, (b"GIF87a", b"GIF89a"), GifImageFile),
    (0, (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"), TiffImageFile),
    (0, (b"P1", b"P2", b"P3", b"P4", b"P5", b"P6", b"Pf"), PpmImageFile),
)


_ENDINGS: dict[Decoder, str] = {
    JpegImageFile: ".jpg",
    PngImageFile: ".png",
    BmpImageFile: ".bmp",
    WebPImageFile: ".webp",
    GifImageFile: ".gif",
    TiffImageFile: ".tiff",
    PpmImageFile: ".pnm",
    AvifImageFile: ".avif",
    _open_heif: ".heic",
}


def _read(file: BinaryIO, decoder: Decoder, path: Path, max_side_px: int) -> ImageArray:
    name = printable(path)
    try:
        rationed = RationedFile(file)
        return _decode(_opened(decoder, rationed), rationed, max_side_px)
    except DataError as error:
        raise DataError(f"{name}: {error.message}", hint=error.hint) from error
    except (TooLarge, Image.DecompressionBombError, MemoryError) as error:
        reason = str(error) if isinstance(error, TooLarge) else "is too large to be opened"
        raise DataError(
            f"{name} {reason}",
            hint=f"Save it smaller, or as plain JPEG (up to {MAX_JPEG_MEGAPIXELS} megapixels), then repeat.",
        ) from error
    except Exception as error:
        # Decoders raise whatever their parser stumbles on: SyntaxError, struct.error, IndexError …
        if isinstance(error, OSError) and error.errno is not None:
            raise  # the disk's fault, not the picture's
        _log.debug("decoding %s", name, exc_info=True)
        raise DataError(
            f"{name} is damaged or incomplete: {printable(str(error)) or type(error).__name__}",
            hint="Copy it again from where it came, or open it elsewhere and save it as a new jpg or png.",
        ) from error


def _opened(decoder: Decoder, file: RationedFile) -> Image.Image:
    return decoder(cast(BinaryIO, file))


def _decode(picture: Image.Image, file: RationedFile, max_side_px: int) -> ImageArray:
    first = _page(picture, file, max_side_px)
    if not _is_blank(first):
        return first
    try:
        for page in range(1, min(_page_count(picture), _MOST_PAGES)):
            picture.seek(page)
            other = _page(picture, file, max_side_px)
            if not _is_blank(other):
                return other
    except Exception as error:  # A damaged page, or one too large: what is before it could be read.
        _log.debug("a further page: %s", error)
    return first


def _page(picture: Image.Image, file: RationedFile, max_side_px: int) -> ImageArray:
    refuse_costly(picture, file.whole, max_side_px)
    if limits.working_bytes(picture) > _ROOM_FROM_BYTES:
        make_room()
    file.allow(picture.size)
    picture.load()
    return upright_rgb(picture, max_side_px)


def _page_count(picture: Image.Image) -> int:
    return int(getattr(picture, "n_frames", 1))


def _is_blank(pixels: ImageArray) -> bool:
    """Whether there is nothing to be seen; of most pictures a few pixels tell."""
    if np.ptp(pixels[::16, ::16], axis=(0, 1)).max() > _BLANK_RANGE:
        return False
    # Row by row: over both axes at once numpy takes ninety times as long.
    brightest, darkest = pixels.max(axis=0).max(axis=0), pixels.min(axis=0).min(axis=0)
    return bool((brightest - darkest).max() <= _BLANK_RANGE)
