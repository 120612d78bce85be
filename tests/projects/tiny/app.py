"""A service of one file for rehearsals: answers from answers.json, and fails in the way that behaviour.json says.

`where` limits a failure to a task of ECS, told from the variable that every Fargate task is given: an image that works
everywhere but in production.
"""

import itertools
import json
import os
import signal
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

HERE = Path(__file__).parent
ANSWERS = json.loads((HERE / "answers.json").read_text())
BEHAVIOUR = json.loads((HERE / "behaviour.json").read_text())
IN_ECS = os.environ.get("AWS_EXECUTION_ENV") == "AWS_ECS_FARGATE"
ASKED = itertools.count(1)


def fails(how):
    return BEHAVIOUR.get("fails") == how and (IN_ECS or BEHAVIOUR.get("where") != "ecs")


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        healthy = self.path == "/healthz" and not fails("unhealthy")
        self.reply(200 if healthy else 503, {"version": BEHAVIOUR.get("version")})

    def do_POST(self):
        asked = next(ASKED)
        question = json.loads(self.rfile.read(int(self.headers["content-length"]))).get("question")
        if fails("dies") and asked > 20:
            os._exit(5)
        if fails("slow"):
            time.sleep(5)
        if fails("html"):
            self.reply(200, "<html>Bad gateway</html>", "text/html")
            return
        if not isinstance(question, str):
            self.reply(422, {"error": "question is missing"})
            return
        answer = "I do not know." if fails("worse") else ANSWERS.get(question, "I do not know.")
        self.reply(200, {"answer": answer, "contexts": [{"id": question[-3:], "text": answer, "score": 1.0}]})

    def reply(self, status, data, kind="application/json"):
        body = data.encode() if isinstance(data, str) else json.dumps(data).encode()
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


if fails("exits"):
    sys.exit("cannot read the model: no such file")
server = ThreadingHTTPServer((os.environ.get("HOST", "127.0.0.1"), int(os.environ["PORT"])), Handler)
signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
print("ready", flush=True)
server.serve_forever()
