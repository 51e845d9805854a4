"""Who is in the pictures of a folder? `python recognize_folder.py PHOTOS`"""

import sys
from pathlib import Path

import facecam

if len(sys.argv) != 2:
    sys.exit(__doc__)
app = facecam.FaceRecognizer.open()
for photo in sorted(Path(sys.argv[1]).iterdir()):
    try:
        faces = app.recognize(photo)
    except facecam.FacecamError as error:
        print(f"{photo.name}: {error.message}")
        continue
    print(f"{photo.name}: {', '.join(face.name or 'unknown' for face in faces) or 'no face'}")
