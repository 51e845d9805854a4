"""A camera with names, in ten lines; Escape ends it. `python webcam.py [CAMERA]`"""

import sys

import cv2

import facecam

app = facecam.FaceRecognizer.open()
for frame in app.stream(sys.argv[1] if len(sys.argv) > 1 else 0):
    picture = cv2.cvtColor(frame.image, cv2.COLOR_RGB2BGR)
    for face in frame.faces:
        left, top, right, bottom = face.box.as_ints()
        cv2.rectangle(picture, (left, top), (right, bottom), (80, 200, 120), 2)
        cv2.putText(picture, face.name or "?", (left, top), cv2.FONT_HERSHEY_PLAIN, 2, (80, 200, 120))
    cv2.imshow("faces", picture)
    if cv2.waitKey(1) == 27:
        break
