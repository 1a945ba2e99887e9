"""Responses by the official client against a node; one line of JSON a check, as checks.py has it.

Usage: MILLRACE_URL=... MILLRACE_KEY=... python responses.py
"""

import asyncio

import openai

from checks import BASE, KEY, client, expect, refused, run

ASKED = dict(model="sim", input="Hello", max_output_tokens=8)
OPENING = ["response.created", "response.in_progress"]
PARTS = ["response.output_item.added", "response.content_part.added"]
CLOSING = [
    "response.output_text.done",
    "response.content_part.done",
    "response.output_item.done",
    "response.completed",
]


def numbers(events):
    return [event.sequence_number for event in events]


def said(events):
    return "".join(event.delta for event in events if event.type == "response.output_text.delta")


def slowly(tokens, millis, **more):
    return client.responses.create(
        model="sim",
        input="Hello",
        max_output_tokens=tokens,
        extra_body={"interval_ms": millis},
        **more,
    )


def a_response_is_answered_whole():
    response = client.responses.create(**ASKED, instructions="Be brief.", temperature=0.5)
    expect(response.object == "response" and response.status == "completed", response)
    expect(len(response.output_text) > 0 and response.error is None, response)
    expect(response.usage.output_tokens == 8, response.usage)
    expect(response.instructions == "Be brief." and response.temperature == 0.5, response)
    expect(response.output[0].role == "assistant", response)


def a_response_streams_as_typed_events_and_says_the_same():
    whole = client.responses.create(**ASKED)
    events = list(client.responses.create(**ASKED, stream=True))
    types = [event.type for event in events]
    expect(types[:4] == OPENING + PARTS and types[-4:] == CLOSING, types)
    expect(set(types[4:-4]) == {"response.output_text.delta"}, types)
    expect(numbers(events) == list(range(len(events))), numbers(events))
    expect(said(events) == whole.output_text, said(events), whole)
    expect(events[-1].response.output_text == whole.output_text, events[-1])
    expect(events[-1].response.usage.output_tokens == 8, events[-1])


def the_helper_for_streams_gathers_the_same():
    with client.responses.stream(**ASKED) as stream:
        deltas = [event.delta for event in stream if event.type == "response.output_text.delta"]
        expect("".join(deltas) == stream.get_final_response().output_text, deltas)


def many_responses_stream_at_once():
    async def one(many, tokens):
        stream = await many.responses.create(
            model="sim", input="Hello", max_output_tokens=tokens, stream=True
        )
        return len([e async for e in stream if e.type == "response.output_text.delta"])

    async def all_of_them():
        async with openai.AsyncOpenAI(base_url=BASE, api_key=KEY, max_retries=0) as many:
            return await asyncio.gather(*(one(many, 6 + number) for number in range(24)))

    expect(asyncio.run(all_of_them()) == [6 + number for number in range(24)])


def in_the_background_it_has_a_name_at_once_and_is_polled():
    response = slowly(20, 5, background=True)
    expect(response.status in ("queued", "in_progress") and response.background, response)
    name = response.id
    for _ in range(10_000):
        if response.status not in ("queued", "in_progress"):
            break
        response = client.responses.retrieve(name)
    expect(response.id == name and response.status == "completed", response)
    expect(response.usage.output_tokens == 20 and len(response.output_text) > 0, response)


def a_stream_that_was_left_goes_on_after_the_last_number():
    stream = slowly(40, 5, background=True, stream=True)
    seen = []
    for event in stream:
        seen.append(event)
        if len(seen) == 12:
            break
    stream.close()
    name = seen[0].response.id
    rest = list(
        client.responses.retrieve(name, stream=True, starting_after=seen[-1].sequence_number)
    )
    expect(numbers(seen + rest) == list(range(len(seen) + len(rest))), numbers(seen + rest))
    expect([event.type for event in rest][-4:] == CLOSING, rest[-1])
    expect(said(seen + rest) == client.responses.retrieve(name).output_text, said(seen + rest))
    again = list(client.responses.retrieve(name, stream=True))
    expect(numbers(again) == numbers(seen + rest) and said(again) == said(seen + rest))


def a_response_in_the_background_is_cancelled():
    name = slowly(2000, 30, background=True).id
    expect(client.responses.cancel(name).status == "cancelled")
    expect(client.responses.retrieve(name).status == "cancelled")
    last = list(client.responses.retrieve(name, stream=True))[-1]
    expect(last.type == "response.failed" and last.response.status == "cancelled", last)


def a_response_that_fails_in_mid_stream_says_so_last():
    events = list(slowly(2000, 20, stream=True, extra_headers={"x-millrace-deadline-ms": "1500"}))
    expect(len(said(events)) > 0 and events[-1].type == "response.failed", events[-1])
    expect(events[-1].response.error.code == "deadline_exceeded", events[-1])


def a_chat_that_fails_in_mid_stream_is_an_error():
    stream = client.chat.completions.create(
        model="sim",
        messages=[{"role": "user", "content": "Hello"}],
        max_tokens=2000,
        stream=True,
        extra_body={"interval_ms": 20},
        extra_headers={"x-millrace-deadline-ms": "1500"},
    )
    error = refused(openai.APIError, lambda: list(stream))
    expect(error.code == "deadline_exceeded", error, error.body)


def a_response_that_is_not_to_be_stored_is_not_found():
    name = client.responses.create(**ASKED, store=False).id
    refused(openai.NotFoundError, lambda: client.responses.retrieve(name))


def what_is_not_supported_is_refused_by_name():
    for name, value in [
        ("previous_response_id", "resp_1"),
        ("truncation", "auto"),
        ("tools", [{"type": "web_search"}]),
    ]:
        error = refused(
            openai.BadRequestError, lambda: client.responses.create(**ASKED, **{name: value})
        )
        expect(error.param == name and error.code == "unsupported", name, error.body)


def a_form_or_an_image_that_the_model_cannot_take_is_refused_by_name():
    schema = {"type": "json_schema", "name": "age", "schema": {"type": "object"}}
    error = refused(
        openai.BadRequestError,
        lambda: client.responses.create(**ASKED, text={"format": schema}),
    )
    expect(error.param == "text.format", error.body)
    error = refused(
        openai.BadRequestError,
        lambda: client.chat.completions.create(
            model="sim",
            messages=[{"role": "user", "content": "Hello"}],
            response_format={"type": "json_object"},
        ),
    )
    expect(error.param == "response_format", error.body)
    picture = {"url": "data:image/png;base64,aGk="}
    error = refused(
        openai.BadRequestError,
        lambda: client.chat.completions.create(
            model="sim",
            messages=[
                {"role": "user", "content": [{"type": "image_url", "image_url": picture}]}
            ],
        ),
    )
    expect(error.param == "messages[0].content[0].image_url", error.body)


def an_unknown_response_or_model_is_not_found():
    error = refused(openai.NotFoundError, lambda: client.responses.retrieve("resp_1"))
    expect(error.code == "not_found", error.body)
    refused(
        openai.NotFoundError, lambda: client.responses.create(model="gpt-none", input="Hello")
    )


if __name__ == "__main__":
    for name, check in list(globals().items()):
        if callable(check) and check.__module__ == "__main__" and "_" in name:
            run(name, check)
