package dev.millrace.verify.scenario;

import tools.jackson.databind.JsonNode;

/** What a client of the OpenAI door saw of one streamed completion. Any thread. */
final class Completion {

  private final StringBuilder text = new StringBuilder();
  private String task = "";
  private int pieces;
  private boolean done;

  synchronized void add(String data) {
    if (data.equals("[DONE]")) {
      done = true;
      return;
    }
    JsonNode chunk = NodeClient.JSON.readTree(data);
    text.append(chunk.path("choices").path(0).path("text").asString(""));
    pieces++;
    task = "mem_" + chunk.path("id").asString("").replace("cmpl-", "");
  }

  synchronized String text() {
    return text.toString();
  }

  synchronized int pieces() {
    return pieces;
  }

  synchronized boolean done() {
    return done;
  }

  synchronized String task() {
    return task;
  }
}
