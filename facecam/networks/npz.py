"""Arrays of an `.npz` file of our own, which may be damaged: whatever is wrong with it is a `ValueError`."""

from __future__ import annotations

import io
import zipfile

import numpy as np

#: Larger archives than any of ours are not unpacked.
MOST_BYTES = 4 << 30


def parse_npz(content: bytes, most_bytes: int = MOST_BYTES) -> dict[str, np.ndarray]:
    """All arrays by name; nothing in them is executed.

    Raises:
        ValueError: no `.npz`, damaged, encrypted, with Python objects in it, or unpacking to more than `most_bytes`.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(member.file_size for member in archive.infolist()) > most_bytes:
                raise ValueError(f"it unpacks to more than {most_bytes / (1 << 30):.2g} GB")
        with np.load(io.BytesIO(content), allow_pickle=False) as file:
            return {name: file[name] for name in file.files}
    except MemoryError:
        raise
    except Exception as error:  # zipfile, zlib, struct and numpy raise whatever they stumble on
        raise ValueError(str(error) or type(error).__name__) from error
