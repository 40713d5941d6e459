"""A local server with OpenAI's /v1/audio/transcriptions over Whisper base, for tests. `.ci/speech-peers` sets up what it needs.

    python whisper_server.py MODEL_FOLDER [PORT]     serves; prints "listening PORT" once it does
    python whisper_server.py MODEL_FOLDER --check    loads the model and ends
"""

import io
import json
import sys
import threading
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from faster_whisper import WhisperModel

ENDINGS = ("flac", "m4a", "mp3", "mp4", "mpeg", "mpga", "oga", "ogg", "wav", "webm")
LARGEST = 25 * 1024 * 1024


class Refused(Exception):
    def __init__(self, message, param=None, status=400):
        super().__init__(message)
        self.status = status
        self.body = {"error": {"message": message, "type": "invalid_request_error", "param": param, "code": None}}


def form_of(content_type, body):
    """The fields of a form, and its file as (name, bytes)."""
    head = b"Content-Type: " + content_type.encode() + b"\r\n\r\n"
    message = BytesParser(policy=HTTP).parsebytes(head + body)
    if not message.is_multipart():
        raise Refused("The body is no form.")
    fields, file = {}, None
    for part in message.iter_parts():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True) or b""
        if name == "file":
            file = (part.get_filename() or "", content)
        else:
            fields[name] = content.decode()
    return fields, file


def checked(fields, file):
    if file is None:
        raise Refused("Missing required parameter: 'file'.", "file")
    if not fields.get("model"):
        raise Refused("Missing required parameter: 'model'.", "model")
    if file[0].rsplit(".", 1)[-1].lower() not in ENDINGS:
        raise Refused("Unrecognized file format.", "file")
    if fields.get("response_format", "json") not in ("json", "text", "verbose_json"):
        raise Refused("Invalid value for 'response_format'.", "response_format")


class Handler(BaseHTTPRequestHandler):
    model = None
    # One at a time: the model takes all cores as it is.
    turn = threading.Lock()

    def do_POST(self):
        try:
            if self.path.split("?")[0] != "/v1/audio/transcriptions":
                raise Refused(f"Invalid URL (POST {self.path})", status=404)
            length = int(self.headers.get("content-length") or 0)
            if length > LARGEST:
                raise Refused("Maximum content size limit exceeded.", status=413)
            fields, file = form_of(self.headers.get("content-type", ""), self.rfile.read(length))
            checked(fields, file)
            with Handler.turn:
                self.transcribe(fields, file[1])
        except Refused as refused:
            self.answer(refused.status, json.dumps(refused.body))
        except BrokenPipeError:
            pass

    def transcribe(self, fields, sound):
        try:
            segments, info = Handler.model.transcribe(
                io.BytesIO(sound),
                language=fields.get("language"),
                initial_prompt=fields.get("prompt"),
                beam_size=5,
            )
        except ValueError as error:
            raise Refused(str(error), "language") from error
        except Exception as error:
            raise Refused("The audio file could not be decoded.", "file") from error
        if fields.get("stream") == "true":
            self.stream(segments)
            return
        text = "".join(segment.text for segment in segments).strip()
        kind = fields.get("response_format", "json")
        if kind == "text":
            self.answer(200, text + "\n", "text/plain; charset=utf-8")
        elif kind == "verbose_json":
            told = {"task": "transcribe", "language": info.language, "duration": info.duration, "text": text}
            self.answer(200, json.dumps(told))
        else:
            self.answer(200, json.dumps({"text": text}))

    def stream(self, segments):
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.end_headers()
        text = ""
        for segment in segments:
            text += segment.text
            self.tell({"type": "transcript.text.delta", "delta": segment.text})
        self.tell({"type": "transcript.text.done", "text": text.strip()})

    def tell(self, event):
        self.wfile.write(b"data: " + json.dumps(event).encode() + b"\n\n")
        self.wfile.flush()

    def answer(self, status, text, kind="application/json"):
        body = text.encode()
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def main():
    folder, port = sys.argv[1], (sys.argv[2:] or ["0"])[0]
    Handler.model = WhisperModel(folder, device="cpu", compute_type="int8")
    if port == "--check":
        return
    server = ThreadingHTTPServer(("127.0.0.1", int(port)), Handler)
    print(f"listening {server.server_address[1]}", flush=True)
    server.serve_forever()


main()
