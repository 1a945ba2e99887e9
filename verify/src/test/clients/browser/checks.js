// A browser's WebSocket against a node: each check is told to the page's own server as a line of JSON.
//
// The server answers POST /ticket with a ticket and the address to use it at, and POST /kill and
// POST /start once it has done so to the node.

function expect(held, ...found) {
  if (!held) throw new Error(JSON.stringify(found));
}

async function ask(path) {
  return (await fetch(path, { method: "POST" })).json();
}

// A socket whose messages are awaited one by one.
class Client {
  static async open() {
    const { url, ticket } = await ask("/ticket");
    const client = new Client(new WebSocket(url + "?ticket=" + ticket, "millrace.v1"));
    await client.opened;
    return client;
  }

  constructor(socket) {
    this.socket = socket;
    this.messages = [];
    this.waiting = [];
    socket.onmessage = (message) => this.take(JSON.parse(message.data));
    this.closed = new Promise((resolve) => (socket.onclose = resolve));
    this.opened = new Promise((resolve, reject) => {
      socket.onopen = resolve;
      socket.onerror = () => reject(new Error("it did not open"));
    });
    this.closed.then(() => this.waiting.forEach((each) => each.reject(new Error("closed"))));
  }

  take(message) {
    const first = this.waiting.shift();
    if (first) first.resolve(message);
    else this.messages.push(message);
  }

  next() {
    if (this.messages.length) return Promise.resolve(this.messages.shift());
    return new Promise((resolve, reject) => this.waiting.push({ resolve, reject }));
  }

  send(message) {
    this.socket.send(JSON.stringify(message));
  }

  async submit(ref, input, more = {}) {
    this.send({ op: "submit", ref, model: "sim", input, ...more });
    return this.next();
  }

  // Events up to the end, or so many.
  async events(most = Infinity) {
    const events = [];
    while (events.length < most && events.at(-1)?.kind !== "end") {
      const message = await this.next();
      if (message.op === "event") events.push(message);
    }
    return events;
  }

  close() {
    this.socket.close();
  }
}

function gapless(events, from = 0) {
  expect(
    events.every((event, index) => event.seq === from + index),
    events.map((event) => event.seq),
  );
}

function said(events) {
  return events.map((event) => event.text ?? "").join("");
}

const WHOLE = { tokens: 8, interval_ms: 0 };
const LONG = { tokens: 2000, interval_ms: 20 };

const checks = {
  async a_task_streams_over_the_socket() {
    const client = await Client.open();
    expect(client.socket.protocol === "millrace.v1", client.socket.protocol);
    const ack = await client.submit("17", WHOLE);
    expect(ack.op === "ack" && ack.ref === "17" && ack.task, ack);
    const events = await client.events();
    gapless(events);
    expect(events.at(-1).state === "succeeded", events.at(-1));
    expect(said(events).length > 0 && events.length >= 9, events);
    client.close();
  },

  async a_ticket_opens_one_socket() {
    const { url, ticket } = await ask("/ticket");
    const first = new Client(new WebSocket(url + "?ticket=" + ticket, "millrace.v1"));
    await first.opened;
    const second = new Client(new WebSocket(url + "?ticket=" + ticket, "millrace.v1"));
    const refused = await second.opened.then(
      () => false,
      () => true,
    );
    expect(refused, "it opened");
    first.close();
  },

  async an_error_in_mid_stream_is_the_end_that_tells_it() {
    const client = await Client.open();
    await client.submit("1", LONG, { deadline_ms: 1500 });
    const events = await client.events();
    expect(events.length > 5, events.length);
    expect(events.at(-1).state === "expired", events.at(-1));
    expect(events.at(-1).error.code === "deadline_exceeded", events.at(-1));
    client.close();
  },

  async a_cancel_is_the_end_that_tells_it() {
    const client = await Client.open();
    const { task } = await client.submit("1", LONG);
    await client.events(3);
    client.send({ op: "cancel", task });
    const events = await client.events();
    expect(events.at(-1).state === "cancelled", events.at(-1));
    client.close();
  },

  async a_full_lane_is_busy_with_a_time_after_which_it_is_taken() {
    const client = await Client.open();
    const kept = [];
    let answer;
    for (let ref = 0; ref < 20; ref++) {
      answer = await client.submit("" + ref, { tokens: 9, interval_ms: 10000 }, { class: "sheddable" });
      if (answer.op !== "ack") break;
      kept.push(answer.task);
    }
    expect(answer.op === "busy" && answer.code === "overloaded", answer);
    expect(answer.retry_after_ms > 0 && answer.retry_after_ms <= 8000, answer);
    for (const task of kept) client.send({ op: "cancel", task });
    await new Promise((resolve) => setTimeout(resolve, answer.retry_after_ms));
    // On a socket of its own, for the ends of the cancelled ones still come on that one.
    const again = await Client.open();
    const taken = await again.submit("again", WHOLE, { class: "sheddable" });
    expect(taken.op === "ack", taken);
    gapless(await again.events());
    again.close();
    client.close();
  },

  async what_is_wrong_is_named() {
    const client = await Client.open();
    client.send({ op: "submit", ref: "1", model: "gpt-none", input: {} });
    const error = await client.next();
    expect(error.op === "error" && error.code === "not_found" && error.ref === "1", error);
    client.close();
  },

  async a_connection_that_was_dropped_is_gone_on_with() {
    const first = await Client.open();
    const { task } = await first.submit("1", { tokens: 60, interval_ms: 10 });
    const seen = await first.events(10);
    first.close();
    await first.closed;
    const second = await Client.open();
    second.send({ op: "resume", ref: "2", task, after: seen.at(-1).seq });
    const rest = await second.events();
    gapless(seen.concat(rest));
    expect(rest.at(-1).state === "succeeded", rest.at(-1));
    second.close();
  },

  async a_node_that_is_killed_is_a_close_that_is_not_clean_and_its_task_goes_on_after() {
    const first = await Client.open();
    const { task } = await first.submit("1", { tokens: 80, interval_ms: 20 }, { durability: "fsync" });
    const seen = await first.events(10);
    expect(seen.length === 10, seen);
    const killed = ask("/kill");
    const close = await first.closed;
    expect(close.code === 1006 && !close.wasClean, close.code, close.wasClean);
    await killed;
    await ask("/start");
    const all = seen.concat(first.messages.filter((message) => message.op === "event"));
    const second = await Client.open();
    second.send({ op: "resume", ref: "2", task, after: all.at(-1).seq });
    const rest = await second.events();
    gapless(all.concat(rest));
    expect(rest.at(-1).state === "succeeded", rest.at(-1));
    second.close();
  },
};

for (const [name, check] of Object.entries(checks)) {
  let failure = null;
  try {
    await check();
  } catch (error) {
    failure = `${error.stack}`;
  }
  await fetch("/told", { method: "POST", body: JSON.stringify({ check: name, failure }) });
}
await fetch("/done", { method: "POST" });
