"""Deliveries as their receiver takes them: each is verified by the reference library of the Standard Webhooks specification.

Makes webhooks to a receiver of its own, posts articles until DELIVERIES messages are due (10,000), and verifies all of them; then
alters each in its body, id and time, and puts the receiver's clock 301 seconds forward and back: none of that may pass.
Run by `scripts/test-contract`, which names the service and the key in the environment.
"""

import base64
import datetime as dt
import json
import os
import threading
import time
import urllib.request
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from unittest import mock

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

SERVICE, KEY = os.environ["CROSSCLAIM_URL"], os.environ["CROSSCLAIM_API_KEY"]
WANTED = int(os.environ.get("DELIVERIES", "10000"))
WEBHOOKS = 50
WINDOW = 301

received: list[tuple[str, dict[str, str], str]] = []


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        received.append((self.path, {name.lower(): value for name, value in self.headers.items()}, body))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    request_queue_size = 256


def call(method: str, path: str, body: object = None, kind: str = "application/json") -> bytes:
    data = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
    headers = {"authorization": f"Bearer {KEY}", "content-type": kind}
    request = urllib.request.Request(SERVICE + path, data=data, headers=headers, method=method)
    with urllib.request.urlopen(request, timeout=120) as answer:
        return answer.read()


def article(n: int) -> dict[str, object]:
    text = f"The bridge at Port{n} was closed on Monday after {n + 2} cracks were found in its pillars. “It is old — très vieux,” Ana Ruiz said."
    url = f"https://signed{n % 7}.example/{n}"
    return {"url": url, "text": text, "outlet": {"name": f"Signed {n % 7}"}, "language": "en"}


def refused(verify: Callable[[], object]) -> bool:
    try:
        verify()
    except WebhookVerificationError:
        return True
    return False


def moved(seconds: int) -> object:
    """The receiver's clock, wrong by so much."""

    class Clock(dt.datetime):
        @classmethod
        def now(cls, tz: dt.tzinfo | None = None) -> dt.datetime:
            return dt.datetime.now(tz) + dt.timedelta(seconds=seconds)

    return mock.patch("standardwebhooks.webhooks.datetime", Clock)


server = Server(("localhost", 0), Receiver)
threading.Thread(target=server.serve_forever, daemon=True).start()
hooks = {}
for number in range(WEBHOOKS):
    hook = json.loads(call("POST", "/v1/webhooks", {"url": f"http://localhost:{server.server_port}/{number}"}))
    hooks[f"/{number}"] = hook
articles = [article(n) for n in range(-(-WANTED // WEBHOOKS // 2))]
lines = "".join(json.dumps(article) + "\n" for article in articles)
call("POST", "/v1/articles/bulk", lines.encode(), "application/x-ndjson")

begun, seen = time.monotonic(), -1
while len(received) < WANTED or len(received) != seen:
    assert time.monotonic() - begun < 900, f"{len(received)} of {WANTED} deliveries came"
    seen = len(received)
    time.sleep(2)
for hook in hooks.values():
    call("DELETE", f"/v1/webhooks/{hook['id']}")

checks = 0
for path, headers, body in received:
    webhook = Webhook(hooks[path]["secret"])
    stamp = int(headers["webhook-timestamp"])
    # All of them were waited for: a receiver looks at once.
    with moved(stamp - int(time.time())):
        assert webhook.verify(body, headers) == json.loads(body)
        altered = [
            (body[:-1] + " }", headers),
            (body, headers | {"webhook-id": headers["webhook-id"][:-1] + ("0" if headers["webhook-id"][-1] != "0" else "1")}),
            (body, headers | {"webhook-timestamp": str(stamp + 1)}),
            (body, headers | {"webhook-timestamp": str(stamp - 1)}),
            (body, headers | {"webhook-signature": "v1," + base64.b64encode(bytes(32)).decode()}),
        ]
        for other in altered:
            assert refused(lambda: webhook.verify(*other)), other
    for wrong in (WINDOW, -WINDOW):
        with moved(stamp - int(time.time()) + wrong):
            assert refused(lambda: webhook.verify(body, headers)), (wrong, headers)
    checks += len(altered) + 2
assert len({(path, headers["webhook-id"]) for path, headers, _ in received}) >= WANTED
print(f"webhooks: {len(received)} deliveries verified by the reference library, {checks} altered or late ones refused")
