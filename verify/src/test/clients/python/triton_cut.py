"""Calls by each of tritonclient's clients until the node is killed under them; prints what they saw.

Usage: MILLRACE_URL=... MILLRACE_KEY=... python triton_cut.py
"""

import asyncio
import json
import os
import queue
import threading
import time
import urllib.request

import numpy as np
import tritonclient.grpc as tg
import tritonclient.grpc.aio as tga
import tritonclient.http as th
import tritonclient.http.aio as tha

URL = os.environ["MILLRACE_URL"]
ADDRESS = URL.removeprefix("http://")
CALLS = 5


def key():
    return {"authorization": "Bearer " + os.environ["MILLRACE_KEY"]}


def endless(module):
    tokens = module.InferInput("tokens", [1], "INT64")
    tokens.set_data_from_numpy(np.array([2000], np.int64))
    return [tokens]


def grpc_stream():
    answers = queue.Queue()
    client = tg.InferenceServerClient(ADDRESS)
    client.start_stream(lambda result, error: answers.put(error), headers=key())
    client.async_stream_infer("sim", endless(tg), enable_empty_final_response=True)
    while (error := answers.get(timeout=60)) is None:
        pass
    raise error


def grpc():
    tg.InferenceServerClient(ADDRESS).infer("sim", endless(tg), headers=key())


def http():
    client = th.InferenceServerClient(ADDRESS, network_timeout=60)
    client.infer("sim", endless(th), headers=key())


def aio_grpc():
    async def run():
        async def requests():
            yield {"model_name": "sim", "inputs": endless(tga)}
            await asyncio.sleep(60)

        async with tga.InferenceServerClient(ADDRESS) as client:
            async for _, error in client.stream_infer(requests(), headers=key()):
                if error is not None:
                    raise error

    asyncio.run(run())


def aio_http():
    async def run():
        async with tha.InferenceServerClient(ADDRESS) as client:
            await client.infer("sim", endless(tha), headers=key())

    asyncio.run(run())


def seen(call, into):
    try:
        call()
        into.put((call.__name__, "success"))
    except Exception as error:
        status = getattr(error, "status", lambda: None)()
        into.put((call.__name__, str(status or type(error).__name__)))


def running():
    asked = urllib.request.Request(URL + "/v1/tasks?state=running&model=sim", headers=key())
    with urllib.request.urlopen(asked, timeout=30) as answer:
        return len(json.loads(answer.read())["tasks"])


if __name__ == "__main__":
    ends = queue.Queue()
    for call in (http, aio_http, grpc, grpc_stream, aio_grpc):
        threading.Thread(target=seen, args=(call, ends), daemon=True).start()
    while running() < CALLS:
        time.sleep(0.02)
    print("streaming", flush=True)
    for name, end in sorted(ends.get(timeout=60) for _ in range(CALLS)):
        print(name, end, flush=True)
