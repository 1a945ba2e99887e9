"""tritonclient (http, grpc and aio) against a node: every check is a function, reported as a line.

Usage: MILLRACE_URL=... MILLRACE_KEY=... python triton.py
"""

import asyncio
import json
import os
import queue
import threading
import time
import traceback

import numpy as np
import tritonclient.grpc as tg
import tritonclient.grpc.aio as tga
import tritonclient.http as th
import tritonclient.http.aio as tha
from tritonclient.grpc import service_pb2
from tritonclient.utils import InferenceServerException

ADDRESS = os.environ["MILLRACE_URL"].removeprefix("http://")
KEY = os.environ["MILLRACE_KEY"]
ROW = np.array(
    [[234.55, 17.533, 0, 0, 8, 126.963, 0, 0, 30, 103.815, 1, 0, 126, 90.736, 6, 0]], np.float32
)
FRAUD = "card_fraud_heavy_gbdt"
CHANCE = 0.95558
SLOTS = 8  # models.simulated_concurrency of the node
LANE = 64  # lanes.tasks of the node
ASK = "My card has not arrived yet"

http = th.InferenceServerClient(ADDRESS)
grpc = tg.InferenceServerClient(ADDRESS)


def key():
    """New for each call: the client writes into the headers that it is given."""
    return {"authorization": "Bearer " + KEY}


def expect(held, *found):
    if not held:
        raise AssertionError(repr(found))


def refused(call, *said):
    try:
        call()
    except InferenceServerException as error:
        for each in said:
            expect(each in str(error), error, each)
        return error
    raise AssertionError("no InferenceServerException")


def rows(module, values=ROW, **kind):
    tensor = module.InferInput("features", list(values.shape), "FP32")
    tensor.set_data_from_numpy(values, **kind)
    return [tensor]


def texts(module, name, *values, **kind):
    tensor = module.InferInput(name, [len(values)], "BYTES")
    tensor.set_data_from_numpy(np.array([v.encode() for v in values], np.object_), **kind)
    return [tensor]


def scored(result):
    chance = result.as_numpy("probabilities")
    expect(chance.dtype == np.float32 and chance.shape == (1, 2), chance)
    expect(abs(chance[0][1] - CHANCE) < 0.0005, chance)
    expect(result.as_numpy("label").dtype == np.int64, result.as_numpy("label"))


# ---- http -------------------------------------------------------------------------------------


def http_the_server_and_its_models_are_live_ready_and_described():
    expect(http.is_server_live() and http.is_server_ready())
    expect(http.is_model_ready(FRAUD, headers=key()))
    server = http.get_server_metadata(headers=key())
    expect("binary_tensor_data" in server["extensions"], server)
    model = http.get_model_metadata(FRAUD, headers=key())
    expect(model["inputs"] == [{"name": "features", "datatype": "FP32", "shape": [-1, 16]}], model)
    config = http.get_model_config(FRAUD, headers=key())
    expect(config["input"][0]["data_type"] == "TYPE_FP32", config)


def http_bytes_in_and_bytes_out_by_default():
    result = http.infer(FRAUD, rows(th), request_id="7", headers=key())
    scored(result)
    expect(result.get_response()["id"] == "7", result.get_response())
    expect("binary_data_size" in str(result.get_response()), result.get_response())


def http_json_in_and_json_out():
    outputs = [
        th.InferRequestedOutput("probabilities", binary_data=False),
        th.InferRequestedOutput("label", binary_data=False),
    ]
    result = http.infer(FRAUD, rows(th, binary_data=False), outputs=outputs, headers=key())
    scored(result)
    expect("binary_data_size" not in str(result.get_response()), result.get_response())


def http_one_output_of_each_kind():
    outputs = [
        th.InferRequestedOutput("label", binary_data=False),
        th.InferRequestedOutput("probabilities", binary_data=True),
    ]
    scored(http.infer(FRAUD, rows(th), outputs=outputs, headers=key()))


def http_bodies_may_be_compressed():
    for coding in ("gzip", "deflate"):
        scored(
            http.infer(
                FRAUD,
                rows(th),
                request_compression_algorithm=coding,
                response_compression_algorithm=coding,
                headers=key(),
            )
        )


def http_texts_in_and_texts_out():
    for binary in (True, False):
        result = http.infer(
            "banking77-heavy", texts(th, "text", ASK, ASK, binary_data=binary), headers=key()
        )
        labels = result.as_numpy("labels")
        expect(labels.shape == (2, 5) and labels[0][0] in (b"card_arrival", "card_arrival"), labels)


def http_a_generator_gives_its_text():
    result = http.infer(
        "tale-1.1m", texts(th, "prompt", "Once"), parameters={"max_tokens": 4}, headers=key()
    )
    expect(len(result.as_numpy("text")[0]) > 0, result.as_numpy("text"))


def http_many_requests_at_once():
    many = th.InferenceServerClient(ADDRESS, concurrency=8)
    started = [many.async_infer(FRAUD, rows(th), headers=key()) for _ in range(64)]
    for each in started:
        scored(each.get_result())
    many.close()


def http_errors_are_told():
    refused(lambda: http.infer("nobody", rows(th), headers=key()), "no model")
    refused(lambda: http.infer(FRAUD, rows(th), model_version="9", headers=key()), "version")
    refused(lambda: http.infer(FRAUD, rows(th)), "API key")
    refused(lambda: http.infer(FRAUD, rows(th, ROW[:, :15].copy()), headers=key()), "[N, 16]")
    wanted = [th.InferRequestedOutput("nothing")]
    refused(lambda: http.infer(FRAUD, rows(th), outputs=wanted, headers=key()), "unknown output")
    refused(lambda: http.infer(FRAUD, rows(th), sequence_id=5, headers=key()), "not supported")
    refused(lambda: http.get_trace_settings(headers=key()), "not served")


def http_a_deadline_is_kept():
    slow = [th.InferInput("interval_ms", [1], "INT64")]
    slow[0].set_data_from_numpy(np.array([5000], np.int64))
    began = time.monotonic()
    refused(lambda: http.infer("sim", slow, timeout=200_000, headers=key()), "deadline")
    expect(time.monotonic() - began < 4)


def http_statistics_count():
    before = http.get_inference_statistics(FRAUD, headers=key())["model_stats"][0]
    http.infer(FRAUD, rows(th), headers=key())
    after = http.get_inference_statistics(FRAUD, headers=key())["model_stats"][0]
    expect(after["inference_count"] > before["inference_count"], before, after)
    expect(after["inference_stats"]["compute_infer"]["ns"] > 0, after)


def http_aio_infers():
    async def run():
        async with tha.InferenceServerClient(ADDRESS) as client:
            results = await asyncio.gather(
                *(client.infer(FRAUD, rows(th), headers=key()) for _ in range(16))
            )
            for each in results:
                scored(each)
            try:
                await client.infer("nobody", rows(th), headers=key())
                raise AssertionError("no InferenceServerException")
            except InferenceServerException:
                pass

    asyncio.run(run())


# ---- both -------------------------------------------------------------------------------------


def models_are_taken_out_of_service_and_put_back():
    light = "card_fraud_light_lr"
    index = {each["name"]: each for each in http.get_model_repository_index(headers=key())}
    expect(index[light]["state"] == "READY", index)
    http.unload_model(light, headers=key())
    refused(lambda: http.infer(light, rows(th), headers=key()), "no model")
    states = {m.name: m.state for m in grpc.get_model_repository_index(headers=key()).models}
    expect(states[light] == "UNAVAILABLE", states)
    grpc.load_model(light, headers=key())
    expect(http.is_model_ready(light, headers=key()))
    http.infer(light, rows(th), headers=key())
    refused(lambda: grpc.load_model("nobody", headers=key()), "configured")


# ---- grpc -------------------------------------------------------------------------------------


def grpc_names_and_numbers_are_those_of_the_client():
    """Every field that the node's own definition has must be the client's field."""
    import grpc as core
    from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

    field = descriptor_pb2.FieldDescriptorProto

    def message(name, fields):
        made = descriptor_pb2.DescriptorProto(name=name)
        for number, label, kind, type_name, field_name in fields:
            made.field.add(name=field_name, number=number, label=label, type=kind)
            if type_name:
                made.field[-1].type_name = type_name
        return made

    one, many = field.LABEL_OPTIONAL, field.LABEL_REPEATED
    file = descriptor_pb2.FileDescriptorProto(name="asked.proto", package="asked", syntax="proto3")
    file.message_type.extend(
        [
            message("Request", [(4, one, field.TYPE_STRING, "", "symbol")]),
            message("Files", [(1, many, field.TYPE_BYTES, "", "file")]),
            message("Response", [(4, one, field.TYPE_MESSAGE, ".asked.Files", "files")]),
        ]
    )
    pool = descriptor_pool.DescriptorPool()
    pool.AddSerializedFile(file.SerializeToString())
    kinds = {
        name: message_factory.GetMessageClass(pool.FindMessageTypeByName("asked." + name))
        for name in ("Request", "Response")
    }
    with core.insecure_channel(ADDRESS) as channel:
        ask = channel.stream_stream(
            "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
            request_serializer=lambda asked: asked.SerializeToString(),
            response_deserializer=kinds["Response"].FromString,
        )
        question = kinds["Request"](symbol="inference.GRPCInferenceService")
        answer = next(ask(iter([question]), metadata=list(key().items())))
    ours = descriptor_pb2.FileDescriptorProto.FromString(answer.files.file[0])
    theirs = service_pb2.DESCRIPTOR.pool
    compared = 0
    pending = [("inference." + each.name, each) for each in ours.message_type]
    while pending:
        full, mine = pending.pop()
        other = theirs.FindMessageTypeByName(full)
        pending.extend((full + "." + nested.name, nested) for nested in mine.nested_type)
        for each in mine.field:
            known = other.fields_by_name[each.name]
            expect(known.number == each.number, full, each.name)
            expect(known.type == each.type, full, each.name)
            compared += 1
    expect(compared > 100, compared)
    service = theirs.FindServiceByName("inference.GRPCInferenceService")
    for method in ours.service[0].method:
        known = service.methods_by_name[method.name]
        expect("." + known.input_type.full_name == method.input_type, method)
        expect("." + known.output_type.full_name == method.output_type, method)


def grpc_the_server_and_its_models_are_live_ready_and_described():
    expect(grpc.is_server_live() and grpc.is_server_ready())
    expect(grpc.is_model_ready(FRAUD, headers=key()))
    expect("statistics" in grpc.get_server_metadata(headers=key()).extensions)
    model = grpc.get_model_metadata(FRAUD, headers=key())
    expect(list(model.inputs[0].shape) == [-1, 16], model)
    config = grpc.get_model_config(FRAUD, headers=key()).config
    expect(config.input[0].data_type == 11 and config.max_batch_size > 0, config)


def grpc_rows_are_scored():
    result = grpc.infer(FRAUD, rows(tg), request_id="7", headers=key())
    scored(result)
    expect(result.get_response().id == "7", result.get_response())


def grpc_messages_may_be_compressed():
    for coding in ("gzip", "deflate"):
        scored(grpc.infer(FRAUD, rows(tg), compression_algorithm=coding, headers=key()))


def grpc_texts_in_and_texts_out():
    result = grpc.infer("banking77-heavy", texts(tg, "text", ASK, ASK), headers=key())
    labels = result.as_numpy("labels")
    expect(labels.shape == (2, 5) and labels[0][0] == b"card_arrival", labels)


def grpc_a_large_message_is_taken_and_one_beyond_the_limit_is_refused():
    many = np.repeat(ROW, 4_000, axis=0)
    result = grpc.infer(FRAUD, rows(tg, many), headers=key())
    expect(result.as_numpy("probabilities").shape == (4_000, 2))
    beyond = np.zeros((66 << 14, 16), np.float32)
    began = time.monotonic()
    refused(lambda: grpc.infer(FRAUD, rows(tg, beyond), headers=key()), "RESOURCE_EXHAUSTED")
    expect(time.monotonic() - began < 10)


def grpc_errors_have_their_status():
    error = refused(lambda: grpc.infer("nobody", rows(tg), headers=key()), "no model")
    expect("NOT_FOUND" in error.status(), error.status())
    error = refused(lambda: grpc.infer(FRAUD, rows(tg)), "API key")
    expect("UNAUTHENTICATED" in error.status(), error.status())
    wrong = rows(tg, ROW[:, :15].copy())
    error = refused(lambda: grpc.infer(FRAUD, wrong, headers=key()), "[N, 16]")
    expect("INVALID_ARGUMENT" in error.status(), error.status())
    error = refused(lambda: grpc.get_log_settings(headers=key()))
    expect("UNIMPLEMENTED" in error.status(), error.status())


def slow(module):
    tensors = [module.InferInput("tokens", [1], "INT64"), module.InferInput("interval_ms", [1], "INT64")]
    tensors[0].set_data_from_numpy(np.array([500], np.int64))
    tensors[1].set_data_from_numpy(np.array([20], np.int64))
    return tensors


def grpc_a_deadline_is_kept():
    began = time.monotonic()
    error = refused(lambda: grpc.infer("sim", slow(tg), client_timeout=0.3, headers=key()))
    expect("DEADLINE_EXCEEDED" in error.status(), error.status())
    expect(time.monotonic() - began < 3)


def running():
    stats = grpc.get_inference_statistics("sim", headers=key()).model_stats[0].inference_stats
    return stats.fail.count


def until(held):
    end = time.monotonic() + 10
    while not held():
        expect(time.monotonic() < end, "it did not come to hold")
        time.sleep(0.05)


def grpc_a_call_that_is_cancelled_ends_its_task():
    before = running()
    done = threading.Event()
    told = []

    def callback(result, error):
        told.append(error)
        done.set()

    call = grpc.async_infer("sim", slow(tg), callback, headers=key())
    time.sleep(0.2)
    call.cancel()
    expect(done.wait(5), "no answer to the cancel")
    expect("CANCELLED" in str(told[0]), told)
    until(lambda: running() > before)


def grpc_a_full_lane_is_told_with_a_time_to_come_back():
    answers = queue.Queue()
    calls = [
        grpc.async_infer("sim", slow(tg), lambda result, error: answers.put(error), headers=key())
        for _ in range(SLOTS + LANE + 8)
    ]
    error = answers.get(timeout=20)
    expect("RESOURCE_EXHAUSTED" in error.status(), error)
    for each in calls:
        each.cancel()
    for _ in range(len(calls) - 1):
        answers.get(timeout=20)
    # The lane is free again: who comes back is served.
    until(lambda: is_served())


def is_served():
    one = [tg.InferInput("tokens", [1], "INT64")]
    one[0].set_data_from_numpy(np.array([1], np.int64))
    try:
        return len(grpc.infer("sim", one, headers=key()).as_numpy("text")) == 1
    except InferenceServerException:
        return False


def grpc_a_stream_gives_tokens_as_they_come_and_says_which_answer_is_the_last():
    answers = queue.Queue()
    client = tg.InferenceServerClient(ADDRESS)
    client.start_stream(lambda result, error: answers.put((result, error)), headers=key())
    client.async_stream_infer(
        "tale-1.1m",
        texts(tg, "prompt", "Once"),
        request_id="a",
        parameters={"max_tokens": 6},
        enable_empty_final_response=True,
    )
    text, last = b"", False
    while not last:
        result, error = answers.get(timeout=20)
        expect(error is None, error)
        response = result.get_response()
        expect(response.id == "a", response)
        last = response.parameters["triton_final_response"].bool_param
        if not last:
            text += result.as_numpy("text")[0]
    client.stop_stream()
    whole = grpc.infer(
        "tale-1.1m", texts(tg, "prompt", "Once"), parameters={"max_tokens": 6}, headers=key()
    )
    expect(text == whole.as_numpy("text")[0], text, whole.as_numpy("text"))
    client.close()


def grpc_an_error_on_a_stream_harms_no_other_request():
    answers = queue.Queue()
    client = tg.InferenceServerClient(ADDRESS)
    client.start_stream(lambda result, error: answers.put((result, error)), headers=key())
    client.async_stream_infer("nobody", rows(tg), request_id="a")
    result, error = answers.get(timeout=20)
    expect(error is not None and "no model" in str(error), error)
    client.async_stream_infer(FRAUD, rows(tg), request_id="b")
    result, error = answers.get(timeout=20)
    expect(error is None, error)
    scored(result)
    client.stop_stream()
    client.close()


def grpc_a_stream_that_is_cancelled_ends_its_tasks():
    before = running()
    answers = queue.Queue()
    client = tg.InferenceServerClient(ADDRESS)
    client.start_stream(lambda result, error: answers.put((result, error)), headers=key())
    client.async_stream_infer("sim", slow(tg), request_id="a")
    result, error = answers.get(timeout=20)
    expect(error is None, error)
    client.stop_stream(cancel_requests=True)
    until(lambda: running() > before)
    client.close()


def grpc_aio_infers_streams_and_cancels():
    async def run():
        async with tga.InferenceServerClient(ADDRESS) as client:
            expect(await client.is_server_ready())
            results = await asyncio.gather(
                *(client.infer(FRAUD, rows(tga), headers=key()) for _ in range(32))
            )
            for each in results:
                scored(each)

            async def requests():
                for number in range(3):
                    yield {
                        "model_name": FRAUD,
                        "inputs": rows(tga),
                        "request_id": str(number),
                    }

            seen = set()
            async for result, error in client.stream_infer(requests(), headers=key()):
                expect(error is None, error)
                scored(result)
                seen.add(result.get_response().id)
            expect(seen == {"0", "1", "2"}, seen)
            try:
                await client.infer("sim", slow(tga), client_timeout=0.3, headers=key())
                raise AssertionError("no InferenceServerException")
            except InferenceServerException as error:
                expect("DEADLINE" in error.status(), error.status())

    asyncio.run(run())


def run(name, check):
    began = time.monotonic()
    failure = None
    try:
        check()
    except BaseException:
        failure = traceback.format_exc()
    millis = round((time.monotonic() - began) * 1000)
    print(json.dumps({"check": name, "millis": millis, "failure": failure}), flush=True)


HELPERS = ("is_served", "running", "run", "key")

if __name__ == "__main__":
    for name, check in list(globals().items()):
        if callable(check) and getattr(check, "__module__", "") == "__main__":
            if check.__code__.co_argcount == 0 and "_" in name and name not in HELPERS:
                if check.__code__.co_flags & 0x04 == 0:
                    run(name, check)
