"""A model fitted to the people of a home, as one ONNX file. `python train_and_export.py HOME FILE.onnx`

The home has a folder with photos for each person in `data/`: three people or more, five photos each or more.
"""

import sys

import facecam

if len(sys.argv) != 3:
    sys.exit(__doc__)
app = facecam.FaceRecognizer.open(sys.argv[1])
try:
    outcome = app.train_head()
except facecam.FacecamError as error:
    sys.exit(f"{error.message}\n  {error.hint}")
for notice in outcome.notices:
    print(f"note: {notice.text}")
print(f"{outcome.model}: {'now in use' if outcome.deployed else 'kept, the model in use is as good'}")
print(f"written: {app.export(sys.argv[2], model=outcome.model)}")
