"""What tritonclient's clients make of refusals, of errors in mid-stream and of leaving.

Usage: MILLRACE_URL=... MILLRACE_KEY=... python triton_more.py
"""

import asyncio
import json
import queue
import urllib.request

import numpy as np

from triton import (
    ADDRESS,
    InferenceServerException,
    expect,
    grpc,
    http,
    key,
    refused,
    run,
    running,
    slow,
    tg,
    tga,
    th,
    tha,
    until,
)

URL = "http://" + ADDRESS
SHEDDABLE = {"x-millrace-class": "sheddable"}


def post(path, body):
    asked = urllib.request.Request(URL + path, json.dumps(body).encode(), key())
    try:
        with urllib.request.urlopen(asked, timeout=30) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())


class FullLane:
    """The lane of what may be given up, full until it is left."""

    def __enter__(self):
        self.tasks = []
        for _ in range(200):
            long = {"tokens": 9, "interval_ms": 10000}
            status, answer = post("/v1/tasks", {"model": "sim", "class": "sheddable", "input": long})
            if status == 429:
                return self
            self.tasks.append(answer["task"])
        raise AssertionError("no 429")

    def free(self):
        while self.tasks:
            post("/v1/tasks/" + self.tasks.pop() + "/cancel", {})

    def __exit__(self, *_):
        self.free()


def one(module):
    tokens = module.InferInput("tokens", [1], "INT64")
    tokens.set_data_from_numpy(np.array([1], np.int64))
    return [tokens]


def sheddable():
    return {**key(), **SHEDDABLE}


def http_a_full_lane_is_told_and_the_same_call_is_taken_later():
    with FullLane() as lane:
        error = refused(lambda: http.infer("sim", one(th), headers=sheddable()), "full")
        expect("429" in str(error.status()), error.status())
        lane.free()
        until(lambda: taken(lambda: http.infer("sim", one(th), headers=sheddable())))


def http_a_call_that_is_given_up_ends_its_task():
    before = running()
    hasty = th.InferenceServerClient(ADDRESS, network_timeout=0.5)
    try:
        hasty.infer("sim", slow(th), headers=key())
        raise AssertionError("it was answered")
    except OSError:
        pass
    hasty.close()
    until(lambda: running() > before)


def grpc_a_full_lane_is_told_and_the_same_call_is_taken_later():
    with FullLane() as lane:
        error = refused(lambda: grpc.infer("sim", one(tg), headers=sheddable()), "full")
        expect("RESOURCE_EXHAUSTED" in error.status(), error.status())
        lane.free()
        until(lambda: taken(lambda: grpc.infer("sim", one(tg), headers=sheddable())))


def taken(call):
    try:
        call()
        return True
    except InferenceServerException:
        return False


def grpc_an_error_in_mid_stream_is_an_error():
    answers = queue.Queue()
    client = tg.InferenceServerClient(ADDRESS)
    client.start_stream(lambda result, error: answers.put(error), headers=key())
    client.async_stream_infer("sim", slow(tg), request_id="a", timeout=500_000)
    pieces = 0
    while (error := answers.get(timeout=20)) is None:
        pieces += 1
    expect(pieces > 0 and "deadline" in str(error), pieces, error)
    client.stop_stream()
    client.close()


def aio_http_is_told_of_a_full_lane_and_a_call_that_is_left_ends_its_task():
    async def both():
        async with tha.InferenceServerClient(ADDRESS) as client:
            with FullLane():
                error = await failed(client.infer("sim", one(tha), headers=sheddable()))
                expect("429" in str(error.status()) and "full" in str(error), error)
            before = running()
            call = asyncio.create_task(client.infer("sim", slow(tha), headers=key()))
            await asyncio.sleep(0.3)
            call.cancel()
            await asyncio.to_thread(until, lambda: running() > before)

    asyncio.run(both())


def aio_grpc_is_told_of_a_full_lane_and_a_stream_that_is_left_ends_its_task():
    async def requests():
        yield {"model_name": "sim", "inputs": slow(tga)}
        await asyncio.sleep(30)

    async def both():
        async with tga.InferenceServerClient(ADDRESS) as client:
            with FullLane():
                error = await failed(client.infer("sim", one(tga), headers=sheddable()))
                expect("RESOURCE_EXHAUSTED" in error.status(), error)
            before = running()
            stream = client.stream_infer(requests(), headers=key())
            async for _, error in stream:
                expect(error is None, error)
                stream.cancel()
                break
            await asyncio.to_thread(until, lambda: running() > before)

    asyncio.run(both())


def aio_grpc_an_error_in_mid_stream_is_an_error():
    async def requests():
        yield {"model_name": "sim", "inputs": slow(tga), "timeout": 500_000}

    async def read():
        async with tga.InferenceServerClient(ADDRESS) as client:
            pieces = 0
            async for _, error in client.stream_infer(requests(), headers=key()):
                if error is not None:
                    return pieces, error
                pieces += 1
            return pieces, None

    pieces, error = asyncio.run(read())
    expect(pieces > 0 and "deadline" in str(error), pieces, error)


async def failed(call):
    try:
        await call
    except InferenceServerException as error:
        return error
    raise AssertionError("no InferenceServerException")


if __name__ == "__main__":
    for name, check in list(globals().items()):
        if name.startswith(("http_", "grpc_", "aio_")):
            run(name, check)
