"""A web service that enrolls and matches, of the standard library alone. `python web_service.py [PORT]`

    curl --data-binary @ada.jpg "http://127.0.0.1:8000/enroll?name=Ada"
    curl --data-binary @group.jpg http://127.0.0.1:8000/recognize

It listens to this computer only: whoever may enroll, may say who is whom.
"""

import json
import sys
import tempfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import facecam

MOST_BYTES = 20_000_000


def make_server(app: facecam.FaceRecognizer, port: int) -> ThreadingHTTPServer:
    """A server for one gallery; `serve_forever` starts it."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            size = int(self.headers.get("Content-Length", 0))
            if not 0 < size <= MOST_BYTES:
                return self.answer(413, {"error": "expected a photo of up to 20 MB"})
            content = self.rfile.read(size)
            with tempfile.TemporaryDirectory() as folder:
                photo = Path(folder) / "photo"
                photo.write_bytes(content)
                try:
                    return self.answer(200, self.done(photo))
                except facecam.FacecamError as error:
                    return self.answer(400, {"error": error.message, "hint": error.hint})
                except KeyError as error:
                    return self.answer(404, {"error": f"there is no {error}"})

        def done(self, photo: Path) -> dict[str, object]:
            address = urlsplit(self.path)
            if address.path == "/enroll":
                report = app.enroll(parse_qs(address.query)["name"][0], [photo])
                return {"name": report.identity.name, "photos": report.used}
            if address.path == "/recognize":
                faces = app.recognize(photo)
                return {"faces": [{"name": face.name, "similarity": face.similarity} for face in faces]}
            raise KeyError(address.path)

        def answer(self, status: int, document: dict[str, object]) -> None:
            content = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    return ThreadingHTTPServer(("127.0.0.1", port), Handler)


if __name__ == "__main__":
    make_server(
        facecam.FaceRecognizer.open(), int(sys.argv[1]) if len(sys.argv) > 1 else 8000
    ).serve_forever()
