"""An album sorted into a folder per person, whom nobody has named. `python cluster_album.py ALBUM SORTED`"""

import shutil
import sys
from pathlib import Path

import facecam

if len(sys.argv) != 3:
    sys.exit(__doc__)
album, target = Path(sys.argv[1]), Path(sys.argv[2])
for number, photos in enumerate(facecam.cluster([album]), start=1):
    folder = target / f"person {number}"
    folder.mkdir(parents=True)
    for photo in photos:
        shutil.copy(photo, folder)
    print(f"{folder.name}: {len(photos)} photos")
