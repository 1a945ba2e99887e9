// Follows a stream until the node is killed under it; prints what the client made of that.
//
// Usage: MILLRACE_URL=... MILLRACE_KEY=... node cut.mjs

import OpenAI from "openai";

const client = new OpenAI({
  baseURL: process.env.MILLRACE_URL + "/v1",
  apiKey: process.env.MILLRACE_KEY,
  maxRetries: 0,
});
try {
  const stream = await client.responses.create({
    model: "sim",
    input: "Hello",
    max_output_tokens: 2000,
    stream: true,
    interval_ms: 20,
  });
  let seen = 0;
  for await (const _ of stream) {
    if (++seen === 8) console.log("streaming");
  }
  console.log("success");
} catch (error) {
  console.log(error.constructor.name);
}
