"""Follows a stream until the node is killed under it; prints what the client made of that.

Usage: MILLRACE_URL=... MILLRACE_KEY=... python triton_cut.py
"""

import os
import queue

import numpy as np
import tritonclient.grpc as tg

answers = queue.Queue()
client = tg.InferenceServerClient(os.environ["MILLRACE_URL"].removeprefix("http://"))
tokens = tg.InferInput("tokens", [1], "INT64")
tokens.set_data_from_numpy(np.array([2000], np.int64))
client.start_stream(
    lambda result, error: answers.put(error),
    headers={"authorization": "Bearer " + os.environ["MILLRACE_KEY"]},
)
client.async_stream_infer("sim", [tokens], enable_empty_final_response=True)
for _ in range(3):
    error = answers.get(timeout=20)
    assert error is None, error
print("streaming", flush=True)
while (error := answers.get(timeout=20)) is None:
    pass
print(error.status(), flush=True)
