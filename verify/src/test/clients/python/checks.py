"""The official client against a node: every check is a function, reported as one line of JSON.

Usage: MILLRACE_URL=... MILLRACE_KEY=... python checks.py
"""

import asyncio
import json
import math
import os
import time
import traceback
import urllib.request

import openai

URL = os.environ["MILLRACE_URL"]
KEY = os.environ["MILLRACE_KEY"]
BASE = URL + "/v1"
HELLO = [{"role": "user", "content": "Hello"}]
ONCE = "Once upon a time"
TOLD = ", there was a little girl named Lily. She loved to play with her toys and"
SLOTS = 8  # models.simulated_concurrency of the node

client = openai.OpenAI(base_url=BASE, api_key=KEY, max_retries=0, timeout=30)


def expect(held, *found):
    if not held:
        raise AssertionError(repr(found))


def refused(kind, call):
    try:
        call()
    except kind as error:
        return error
    raise AssertionError("no " + kind.__name__)


def cosine(one, other):
    dot = sum(a * b for a, b in zip(one, other))
    return dot / math.sqrt(sum(a * a for a in one)) / math.sqrt(sum(b * b for b in other))


def post(path, body):
    headers = {"Authorization": "Bearer " + KEY, "Content-Type": "application/json"}
    request = urllib.request.Request(URL + path, json.dumps(body).encode(), headers)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())


# ---- chats ------------------------------------------------------------------------------------


def a_chat_is_answered_whole():
    chat = client.chat.completions.create(model="sim", messages=HELLO, max_tokens=8)
    expect(chat.object == "chat.completion", chat)
    expect(chat.choices[0].message.role == "assistant", chat)
    expect(len(chat.choices[0].message.content) > 0, chat)
    expect(chat.choices[0].finish_reason in ("stop", "length"), chat)
    expect(chat.usage.completion_tokens == 8, chat.usage)
    expect(chat.usage.total_tokens == chat.usage.prompt_tokens + 8, chat.usage)


def a_chat_streams_and_says_the_same_as_the_whole_one():
    whole = client.chat.completions.create(model="sim", messages=HELLO, max_tokens=8)
    stream = client.chat.completions.create(
        model="sim", messages=HELLO, max_tokens=8, stream=True
    )
    chunks = list(stream)
    expect(all(chunk.object == "chat.completion.chunk" for chunk in chunks), chunks)
    expect(all(len(chunk.choices) == 1 for chunk in chunks), chunks)
    expect(chunks[0].choices[0].delta.role == "assistant", chunks[0])
    reasons = [chunk.choices[0].finish_reason for chunk in chunks]
    expect(reasons[:-1] == [None] * (len(chunks) - 1), reasons)
    expect(reasons[-1] in ("stop", "length"), reasons)
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks)
    expect(text == whole.choices[0].message.content, text, whole)


def a_chat_stream_tells_usage_when_asked():
    stream = client.chat.completions.create(
        model="sim",
        messages=HELLO,
        max_tokens=4,
        stream=True,
        stream_options={"include_usage": True},
    )
    chunks = list(stream)
    expect(chunks[-1].choices == [] and chunks[-1].usage.completion_tokens == 4, chunks[-1])
    expect(all(chunk.usage is None for chunk in chunks[:-1]), chunks)


def many_chats_stream_at_once():
    async def one(many, number):
        stream = await many.chat.completions.create(
            model="sim", messages=HELLO, max_tokens=6 + number, stream=True
        )
        return len([c async for c in stream if c.choices[0].delta.content])

    async def all_of_them():
        async with openai.AsyncOpenAI(base_url=BASE, api_key=KEY, max_retries=0) as many:
            return await asyncio.gather(*(one(many, number) for number in range(24)))

    expect(asyncio.run(all_of_them()) == [6 + number for number in range(24)])


# ---- completions ------------------------------------------------------------------------------


def a_completion_is_the_known_one():
    answer = client.completions.create(
        model="tale-1.1m", prompt=ONCE, max_tokens=24, temperature=0
    )
    expect(answer.choices[0].text.startswith(TOLD), answer)
    expect(answer.choices[0].finish_reason == "length", answer)
    expect(answer.usage.prompt_tokens == 5 and answer.usage.completion_tokens == 24, answer.usage)


def a_completion_streams_and_says_the_same_as_the_whole_one():
    asked = dict(model="tale-1.1m", prompt=ONCE, max_tokens=40, temperature=0)
    whole = client.completions.create(**asked)
    stream = client.completions.create(
        **asked, stream=True, stream_options={"include_usage": True}
    )
    chunks = list(stream)
    text = "".join(chunk.choices[0].text for chunk in chunks[:-1])
    expect(text == whole.choices[0].text, text, whole)
    expect(chunks[-2].choices[0].finish_reason == "length", chunks[-2])
    expect(chunks[-1].choices == [] and chunks[-1].usage == whole.usage, chunks[-1], whole.usage)


def a_stop_text_ends_a_completion_and_is_left_out():
    answer = client.completions.create(
        model="tale-1.1m", prompt=ONCE, max_tokens=40, temperature=0, stop=["zebra", "Lily"]
    )
    expect(answer.choices[0].text == ", there was a little girl named ", answer)
    expect(answer.choices[0].finish_reason == "stop", answer)


def a_seed_repeats_a_drawn_answer_and_another_one_does_not():
    def drawn(seed):
        return client.completions.create(
            model="tale-1.1m", prompt=ONCE, max_tokens=30, temperature=1, top_p=0.95, seed=seed
        ).choices[0].text

    expect(drawn(7) == drawn(7))
    expect(len({drawn(seed) for seed in range(4)}) > 1)


# ---- embeddings and models --------------------------------------------------------------------


def embeddings_are_near_where_the_meaning_is():
    texts = [
        "How do I reset my password?",
        "I forgot my password, how can I change it?",
        "The weather is nice today",
    ]
    answer = client.embeddings.create(model="minilm", input=texts)  # base64, as it asks by default
    reset, forgot, weather = [one.embedding for one in answer.data]
    expect([one.index for one in answer.data] == [0, 1, 2], answer)
    expect(len(reset) == 384 and abs(cosine(reset, reset) - 1) < 1e-5)
    expect(cosine(reset, forgot) > 0.8, cosine(reset, forgot))
    expect(cosine(reset, weather) < 0.2, cosine(reset, weather))


def embeddings_are_the_same_as_numbers_and_as_bytes():
    numbers = client.embeddings.create(model="minilm", input="one", encoding_format="float")
    bytes_ = client.embeddings.create(model="minilm", input="one", encoding_format="base64")
    packed = bytes_.data[0].embedding
    if isinstance(packed, str):
        import array
        import base64

        packed = array.array("f", base64.b64decode(packed)).tolist()
    found = max(abs(a - b) for a, b in zip(numbers.data[0].embedding, packed))
    expect(len(packed) == 384 and found < 1e-6, found)


def models_are_listed_and_told():
    names = [model.id for model in client.models.list()]
    expect({"sim", "tale-1.1m", "minilm"} <= set(names), names)
    model = client.models.retrieve("tale-1.1m")
    expect(model.id == "tale-1.1m" and model.object == "model" and model.created > 0, model)


# ---- errors -----------------------------------------------------------------------------------


def a_wrong_key_is_an_authentication_error():
    stranger = openai.OpenAI(base_url=BASE, api_key="mk_nobody", max_retries=0)
    error = refused(openai.AuthenticationError, lambda: stranger.models.list())
    expect(error.status_code == 401 and error.type == "authentication_error", error)


def an_unknown_model_is_not_found():
    error = refused(
        openai.NotFoundError,
        lambda: client.chat.completions.create(model="gpt-none", messages=HELLO),
    )
    expect(error.param == "model" and error.code == "not_found", error)
    refused(openai.NotFoundError, lambda: client.models.retrieve("gpt-none"))


def a_chat_on_a_story_teller_names_the_right_door():
    error = refused(
        openai.BadRequestError,
        lambda: client.chat.completions.create(model="tale-1.1m", messages=HELLO),
    )
    expect("/v1/completions" in error.message and error.code == "unsupported", error)
    expect(error.type == "invalid_request_error", error)


def what_is_not_supported_is_refused_by_name():
    for name, value in [("n", 2), ("logprobs", True), ("presence_penalty", 1.5)]:
        error = refused(
            openai.BadRequestError,
            lambda: client.chat.completions.create(
                model="sim", messages=HELLO, **{name: value}
            ),
        )
        expect(error.param == name and error.code == "unsupported", name, error.body)


def a_value_out_of_range_is_refused_with_what_was_expected():
    error = refused(
        openai.BadRequestError,
        lambda: client.completions.create(model="tale-1.1m", prompt=ONCE, temperature=9),
    )
    expect(error.param == "temperature" and "0" in error.message, error.body)
    refused(
        openai.BadRequestError,
        lambda: client.completions.create(model="tale-1.1m", prompt=[ONCE, ONCE]),
    )


def a_full_lane_is_a_rate_limit_and_the_client_waits_as_told():
    kept = []
    for _ in range(200):
        status, answer = post(
            "/v1/tasks",
            {"model": "sim", "class": "sheddable", "input": {"tokens": 9, "interval_ms": 10000}},
        )
        if status == 429:
            break
        kept.append(answer["task"])
    expect(status == 429 and kept, status, len(kept))
    seen = []

    def note(response):
        seen.append((time.monotonic(), response.status_code, dict(response.headers)))

    try:
        patient = openai.OpenAI(
            base_url=BASE,
            api_key=KEY,
            max_retries=1,
            default_headers={"x-millrace-class": "sheddable"},
            http_client=openai.DefaultHttpxClient(event_hooks={"response": [note]}),
        )
        refused(
            openai.RateLimitError,
            lambda: patient.chat.completions.create(model="sim", messages=HELLO),
        )
        expect([status for _, status, _ in seen] == [429, 429], seen)
        told = int(seen[0][2]["retry-after-ms"]) / 1000
        waited = seen[1][0] - seen[0][0]
        expect(0 < told <= 8 and waited >= told * 0.98, told, waited)
        expect(int(seen[0][2]["retry-after"]) >= told, seen[0])
    finally:
        for task in kept:
            post("/v1/tasks/" + task + "/cancel", {})


def a_closed_stream_gives_its_place_to_the_next():
    def long():
        stream = client.chat.completions.create(
            model="sim",
            messages=HELLO,
            max_tokens=2000,
            stream=True,
            extra_body={"interval_ms": 30},
        )
        next(stream)
        return stream

    streams = [long() for _ in range(SLOTS)]
    try:
        waiting = client.with_options(timeout=1.0)
        refused(
            openai.APITimeoutError,
            lambda: waiting.chat.completions.create(model="sim", messages=HELLO, max_tokens=1),
        )
        streams.pop().close()
        began = time.monotonic()
        client.chat.completions.create(
            model="sim", messages=HELLO, max_tokens=1, extra_body={"interval_ms": 0}
        )
        took = time.monotonic() - began
        expect(took < 2, took)
    finally:
        for stream in streams:
            stream.close()


def run(name, check):
    began = time.monotonic()
    failure = None
    try:
        check()
    except BaseException:
        failure = traceback.format_exc()
    millis = round((time.monotonic() - began) * 1000)
    print(json.dumps({"check": name, "millis": millis, "failure": failure}), flush=True)


if __name__ == "__main__":
    for name, check in list(globals().items()):
        if callable(check) and check.__module__ == "__main__" and check.__code__.co_argcount == 0:
            if "_" in name and name not in ("run",):
                run(name, check)
