// The official client for Node against a node: one line of JSON a check.
//
// Usage: MILLRACE_URL=... MILLRACE_KEY=... node checks.mjs

import assert from "node:assert/strict";
import OpenAI from "openai";

const URL = process.env.MILLRACE_URL;
const KEY = process.env.MILLRACE_KEY;
const HELLO = [{ role: "user", content: "Hello" }];
const client = new OpenAI({ baseURL: URL + "/v1", apiKey: KEY, maxRetries: 0, timeout: 30_000 });

async function all(stream) {
  const gathered = [];
  for await (const each of stream) gathered.push(each);
  return gathered;
}

async function refused(kind, call) {
  try {
    await call();
  } catch (error) {
    assert.ok(error instanceof kind, `${error}`);
    return error;
  }
  throw new Error("no " + kind.name);
}

async function post(path, body) {
  const headers = { authorization: "Bearer " + KEY, "content-type": "application/json" };
  const answer = await fetch(URL + path, { method: "POST", headers, body: JSON.stringify(body) });
  return [answer.status, await answer.json()];
}

const checks = {
  async a_chat_streams_and_says_the_same_as_the_whole_one() {
    const asked = { model: "sim", messages: HELLO, max_tokens: 8 };
    const whole = await client.chat.completions.create(asked);
    assert.equal(whole.usage.completion_tokens, 8);
    const chunks = await all(
      await client.chat.completions.create({
        ...asked,
        stream: true,
        stream_options: { include_usage: true },
      }),
    );
    const text = chunks.map((chunk) => chunk.choices[0]?.delta.content ?? "").join("");
    assert.equal(text, whole.choices[0].message.content);
    assert.equal(chunks.at(-1).usage.completion_tokens, 8);
  },

  async a_completion_streams_and_says_the_same_as_the_whole_one() {
    const asked = { model: "tale-1.1m", prompt: "Once upon a time", max_tokens: 24, temperature: 0 };
    const whole = await client.completions.create(asked);
    const chunks = await all(await client.completions.create({ ...asked, stream: true }));
    assert.equal(chunks.map((chunk) => chunk.choices[0].text).join(""), whole.choices[0].text);
    assert.ok(whole.choices[0].text.startsWith(", there was a little girl"));
  },

  async embeddings_come_as_numbers() {
    const answer = await client.embeddings.create({ model: "minilm", input: ["one", "two"] });
    assert.deepEqual([answer.data.length, answer.data[1].embedding.length], [2, 384]);
  },

  async a_response_streams_as_typed_events_and_says_the_same() {
    const asked = { model: "sim", input: "Hello", max_output_tokens: 8 };
    const whole = await client.responses.create(asked);
    assert.equal(whole.status, "completed");
    const events = await all(await client.responses.create({ ...asked, stream: true }));
    const deltas = events.filter((event) => event.type === "response.output_text.delta");
    assert.equal(deltas.map((event) => event.delta).join(""), whole.output_text);
    assert.deepEqual(
      events.map((event) => event.sequence_number),
      events.map((_, index) => index),
    );
    assert.equal(events.at(-1).type, "response.completed");
    const helped = await client.responses.stream(asked).finalResponse();
    assert.equal(helped.output_text, whole.output_text);
  },

  async a_response_in_the_background_is_left_and_followed_on() {
    const stream = await client.responses.create({
      model: "sim",
      input: "Hello",
      max_output_tokens: 40,
      background: true,
      stream: true,
      interval_ms: 5,
    });
    const seen = [];
    for await (const event of stream) {
      seen.push(event);
      if (seen.length === 12) break;
    }
    const name = seen[0].response.id;
    const rest = await all(
      await client.responses.retrieve(name, {
        stream: true,
        starting_after: seen.at(-1).sequence_number,
      }),
    );
    const events = seen.concat(rest);
    assert.deepEqual(
      events.map((event) => event.sequence_number),
      events.map((_, index) => index),
    );
    const whole = await client.responses.retrieve(name);
    assert.equal(whole.status, "completed");
    assert.equal(events.map((event) => event.delta ?? "").join(""), whole.output_text);
  },

  async a_response_in_the_background_is_cancelled() {
    const created = await client.responses.create({
      model: "sim",
      input: "Hello",
      max_output_tokens: 2000,
      background: true,
      interval_ms: 30,
    });
    assert.equal((await client.responses.cancel(created.id)).status, "cancelled");
  },

  async a_stream_that_is_aborted_ends_its_task() {
    const newest = async () => {
      const headers = { authorization: "Bearer " + KEY };
      const listed = await fetch(URL + "/v1/tasks?state=cancelled&model=sim&limit=1", { headers });
      return (await listed.json()).tasks[0]?.task;
    };
    const before = await newest();
    const stream = await client.chat.completions.create({
      model: "sim",
      messages: HELLO,
      max_tokens: 2000,
      stream: true,
      interval_ms: 20,
    });
    for await (const _ of stream) stream.controller.abort();
    const end = performance.now() + 20_000;
    while ((await newest()) === before) {
      assert.ok(performance.now() < end, "its task was not cancelled");
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  },

  async errors_are_those_of_the_contract() {
    const unknown = await refused(OpenAI.NotFoundError, () =>
      client.responses.create({ model: "gpt-none", input: "Hello" }),
    );
    assert.equal(unknown.param, "model");
    const named = await refused(OpenAI.BadRequestError, () =>
      client.responses.create({ model: "sim", input: "Hello", previous_response_id: "resp_1" }),
    );
    assert.deepEqual([named.param, named.code], ["previous_response_id", "unsupported"]);
    const stranger = new OpenAI({ baseURL: URL + "/v1", apiKey: "mk_nobody", maxRetries: 0 });
    await refused(OpenAI.AuthenticationError, () => stranger.models.list());
  },

  async an_error_in_mid_stream_is_an_error() {
    // Its deadline passes after it has begun and before it can end.
    const stream = await client.chat.completions.create(
      { model: "sim", messages: HELLO, max_tokens: 2000, stream: true, interval_ms: 20 },
      { headers: { "x-millrace-deadline-ms": "1500" } },
    );
    const seen = [];
    const error = await refused(OpenAI.APIError, async () => {
      for await (const chunk of stream) seen.push(chunk);
    });
    assert.ok(seen.length > 0);
    assert.equal(error.code, "deadline_exceeded");
  },

  async a_full_lane_is_a_rate_limit_and_the_client_waits_as_told() {
    const kept = [];
    let status = 0;
    for (let i = 0; i < 200 && status !== 429; i++) {
      const body = { model: "sim", class: "sheddable", input: { tokens: 9, interval_ms: 10000 } };
      const [code, answer] = await post("/v1/tasks", body);
      status = code;
      if (code !== 429) kept.push(answer.task);
    }
    assert.equal(status, 429);
    const seen = [];
    const patient = new OpenAI({
      baseURL: URL + "/v1",
      apiKey: KEY,
      maxRetries: 1,
      defaultHeaders: { "x-millrace-class": "sheddable" },
      fetch: async (...call) => {
        const answer = await fetch(...call);
        seen.push([performance.now(), answer.status, answer.headers.get("retry-after-ms")]);
        return answer;
      },
    });
    try {
      await refused(OpenAI.RateLimitError, () =>
        patient.responses.create({ model: "sim", input: "Hello" }),
      );
      assert.deepEqual(
        seen.map((each) => each[1]),
        [429, 429],
      );
      assert.ok(seen[1][0] - seen[0][0] >= Number(seen[0][2]) * 0.98, `${seen}`);
    } finally {
      for (const task of kept) await post("/v1/tasks/" + task + "/cancel", {});
    }
  },
};

for (const [name, check] of Object.entries(checks)) {
  let failure = null;
  try {
    await check();
  } catch (error) {
    failure = `${error.stack}`;
  }
  console.log(JSON.stringify({ check: name, failure }));
}
