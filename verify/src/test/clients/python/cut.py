"""Follows a stream until the node is killed under it; prints what the client made of that.

Usage: MILLRACE_URL=... MILLRACE_KEY=... python cut.py
"""

import os

import openai

client = openai.OpenAI(
    base_url=os.environ["MILLRACE_URL"] + "/v1", api_key=os.environ["MILLRACE_KEY"], max_retries=0
)
stream = client.chat.completions.create(
    model="sim",
    messages=[{"role": "user", "content": "Hello"}],
    max_tokens=2000,
    stream=True,
    extra_body={"interval_ms": 20},
)
try:
    for number, _ in enumerate(stream):
        if number == 3:
            print("streaming", flush=True)
    print("success", flush=True)
except openai.APIConnectionError as error:
    print("APIConnectionError", flush=True)
except Exception as error:
    print(type(error).__name__, error, flush=True)
