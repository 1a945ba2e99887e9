"""schemathesis against a node: on its /openapi.json, and on the V2 protocol's own description.

Usage: MILLRACE_URL=... MILLRACE_KEY=... python contract.py

Which models there are is no part of either description. So that requests reach them, their names
are put into a copy of each; everything else is as it was read. One line of JSON a description.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import urllib.request

URL = os.environ["MILLRACE_URL"]
KEY = os.environ["MILLRACE_KEY"]
HERE = pathlib.Path(__file__).parent
LONGEST_SECONDS = 150

# By the schema of a body: models that take it.
BODIES = {
    "CompletionRequest": ["tale-1.1m"],
    "ChatRequest": ["sim"],
    "ResponseRequest": ["sim"],
    "EmbeddingRequest": ["minilm"],
    "TaskSubmission": ["sim"],
}
# Of every request the same, as contract.toml says.
DEADLINE = "#/components/parameters/Deadline"
INFER = ["banking77-light"]
GENERATE = ["tale-0.2m"]
ANY = ["sim", "minilm", "card_fraud_light_lr"]


def of_path(path):
    if "/generate" in path:
        return GENERATE
    return INFER if path.endswith("/infer") else ANY


def model_of(path, parameter):
    """A parameter of a path that names a model or its version, with those that there are."""
    name = parameter.get("name") or parameter["$ref"].rpartition("/")[2]
    if name not in ("m", "v"):
        return parameter
    known = of_path(path) if name == "m" else ["1"]
    return {"name": name, "in": "path", "required": True, "schema": {"enum": known}}


def named(document):
    """The same, with the names of models of this node."""
    for name, models in BODIES.items():
        schema = document["components"]["schemas"].get(name)
        if schema:
            schema["properties"]["model"]["enum"] = models
    # A stream whose time is over is cut on purpose, which is an error to any client.
    document["components"]["schemas"].get("V2Parameters", {}).get("properties", {}).pop("timeout", 0)
    for path, methods in document["paths"].items():
        if path.startswith("/v2/repository/"):
            continue  # a model that is taken out of service would be missed by the rest
        for operation in methods.values():
            operation["parameters"] = [
                model_of(path, parameter)
                for parameter in operation.get("parameters", [])
                if parameter.get("$ref") != DEADLINE
            ]
            body = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
            name = body.get("schema", {}).get("$ref", "").rpartition("/")[2]
            if name in BODIES and "example" in body:
                body["example"]["model"] = BODIES[name][0]
    return document


def ours():
    request = urllib.request.Request(URL + "/openapi.json", headers={"Authorization": "Bearer " + KEY})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.loads(answer.read())


def check(name, document, folder):
    path = pathlib.Path(folder, name + ".json")
    path.write_text(json.dumps(named(document)), "utf-8")
    command = [
        str(pathlib.Path(sys.executable).with_name("schemathesis")),
        "--config-file",
        str(HERE / "contract.toml"),
        "run",
        str(path),
        "--url",
        URL,
    ]
    ended = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=LONGEST_SECONDS
    )
    said = ended.stdout + ended.stderr
    failure = None if ended.returncode == 0 else said[-20_000:]
    print(json.dumps({"check": name, "failure": failure, "said": said.splitlines()[-3:]}), flush=True)
    if os.environ.get("MILLRACE_CONTRACT_SHOW"):
        print(said)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        check("the_description_of_the_doors", ours(), folder)
        check("the_protocol_v2", json.loads((HERE / "v2.json").read_text("utf-8")), folder)
