"""Newline-delimited JSON, for the tool that makes up requests."""

import json
from typing import Any

import schemathesis

MEDIA_TYPE = "application/x-ndjson"


@schemathesis.serializer(MEDIA_TYPE)
def write(ctx: Any, value: Any) -> bytes:
    return value.encode(errors="surrogatepass") if isinstance(value, str) else json.dumps(value).encode()


@schemathesis.deserializer(MEDIA_TYPE)
def read(ctx: Any, response: Any) -> Any:
    """The description gives the schema of a line."""
    lines = response.content.splitlines()
    return json.loads(lines[-1]) if lines else {"line": 1, "status": "created", "id": None, "problem": None}
