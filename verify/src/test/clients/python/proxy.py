"""The official client against a node with other servers behind it: one line of JSON a check.

Usage: MILLRACE_URL=... MILLRACE_KEY=... python proxy.py
"""

import asyncio
import json
import os
import time
import traceback

import openai

BASE = os.environ["MILLRACE_URL"] + "/v1"
KEY = os.environ["MILLRACE_KEY"]
HELLO = [{"role": "user", "content": "Hello"}]

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


def read(model):
    stream = client.chat.completions.create(model=model, messages=HELLO, stream=True)
    return [chunk.choices[0].delta.content or "" for chunk in stream if chunk.choices]


def a_chat_behind_is_answered_whole():
    chat = client.chat.completions.create(model="good", messages=HELLO, max_tokens=3)
    expect(chat.choices[0].message.content == " w0 w1 w2", chat)
    expect(chat.usage.completion_tokens == 3 and chat.usage.prompt_tokens == 5, chat.usage)


def a_stream_behind_has_every_token():
    text = "".join(read("good"))
    expect(text == "".join(" w%d" % i for i in range(16)), text)


def a_cut_stream_is_an_error():
    refused(openai.APIError, lambda: read("cut"))
    refused(openai.APIError, lambda: read("unfinished"))


def an_error_in_mid_stream_is_an_error():
    refused(openai.APIError, lambda: read("error"))


def a_limit_is_a_limit():
    error = refused(
        openai.RateLimitError,
        lambda: client.chat.completions.create(model="limited", messages=HELLO),
    )
    expect(error.response.headers["retry-after"] == "3", error.response.headers)


def a_failure_is_a_failure_of_the_server():
    error = refused(
        openai.InternalServerError,
        lambda: client.chat.completions.create(model="broken", messages=HELLO),
    )
    expect(error.status_code == 502, error)


def embeddings_come_from_behind():
    answer = client.embeddings.create(model="vectors", input=["a", "b"])
    expect([each.embedding[0] for each in answer.data] == [0.5, 1.5], answer)


def a_cancelled_stream_ends():
    async def cancelled():
        own = openai.AsyncOpenAI(base_url=BASE, api_key=KEY, max_retries=0, timeout=30)
        stream = await own.chat.completions.create(model="hanging", messages=HELLO, stream=True)
        await anext(aiter(stream))
        await stream.close()
        await own.close()

    asyncio.run(cancelled())


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
            run(name, check)
