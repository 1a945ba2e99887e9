"""Follows a response until the node is killed under it, and goes on when told where it is again.

Usage: MILLRACE_URL=... MILLRACE_KEY=... python resume.py; the new address is read from the input.
"""

import os
import sys

import openai

KEY = os.environ["MILLRACE_KEY"]


def client(url):
    return openai.OpenAI(base_url=url + "/v1", api_key=KEY, max_retries=0, timeout=60)


events = []
try:
    for event in client(os.environ["MILLRACE_URL"]).responses.create(
        model="sim",
        input="Hello",
        max_output_tokens=120,
        background=True,
        stream=True,
        extra_body={"interval_ms": 20},
    ):
        events.append(event)
        if len(events) == 20:
            print("streaming", flush=True)
    print("success", flush=True)
except openai.APIConnectionError:
    print("APIConnectionError", flush=True)
name = events[0].response.id
again = client(sys.stdin.readline().strip())
cut = len(events)
for event in again.responses.retrieve(
    name, stream=True, starting_after=events[-1].sequence_number
):
    events.append(event)
numbers = [event.sequence_number for event in events]
text = "".join(e.delta for e in events if e.type == "response.output_text.delta")
whole = again.responses.retrieve(name)
held = (
    numbers == list(range(len(numbers)))
    and len(events) > cut
    and events[-1].type == "response.completed"
    and text == whole.output_text
    and whole.usage.output_tokens == 120
)
print("whole" if held else repr((numbers, text, whole)), flush=True)
