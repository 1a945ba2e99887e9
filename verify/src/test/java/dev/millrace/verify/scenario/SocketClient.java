package dev.millrace.verify.scenario;

import dev.millrace.verify.node.NodeProcess;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A client of {@code /v1/ws} that keeps a transcript of each of its refs. Any thread. */
final class SocketClient implements AutoCloseable {

  private static final long LIMIT_SECONDS = 30;

  private final HttpClient http = HttpClient.newHttpClient();
  private final Map<String, Transcript> transcripts = new ConcurrentHashMap<>();
  private final Map<String, CompletableFuture<JsonNode>> answers = new ConcurrentHashMap<>();
  private final CompletableFuture<Closed> closed = new CompletableFuture<>();
  private final WebSocket socket;

  /** How the node closed it; 1006 when it did not say. */
  record Closed(int status, String reason) {}

  SocketClient(NodeProcess node) throws Exception {
    this.socket =
        http.newWebSocketBuilder()
            .header("authorization", "Bearer " + NodeProcess.KEY)
            .subprotocols("millrace.v1")
            .buildAsync(URI.create("ws://127.0.0.1:" + node.port() + "/v1/ws"), new Incoming())
            .get(LIMIT_SECONDS, TimeUnit.SECONDS);
  }

  /** Sends a submission without its op and ref; the acknowledgement, or what came instead. */
  JsonNode submit(String ref, String fields, Transcript into) throws Exception {
    transcripts.put(ref, into);
    CompletableFuture<JsonNode> answer =
        answers.computeIfAbsent(ref, _ -> new CompletableFuture<>());
    send("{\"op\":\"submit\",\"ref\":\"" + ref + "\"," + fields + "}");
    return answer.get(LIMIT_SECONDS, TimeUnit.SECONDS);
  }

  /** Goes on after the last number in the transcript. */
  void resume(String ref, String task, Transcript into) throws Exception {
    transcripts.put(ref, into);
    String after = into.last() < 0 ? "" : ",\"after\":" + into.last();
    send("{\"op\":\"resume\",\"ref\":\"" + ref + "\",\"task\":\"" + task + "\"" + after + "}");
  }

  void cancel(String task) throws Exception {
    send("{\"op\":\"cancel\",\"task\":\"" + task + "\"}");
  }

  synchronized void send(String message) throws Exception {
    socket.sendText(message, true).get(LIMIT_SECONDS, TimeUnit.SECONDS);
  }

  /** What was said of a ref beside events, or of none: ack, busy, error. */
  JsonNode answer(String ref) throws Exception {
    return answers
        .computeIfAbsent(ref, _ -> new CompletableFuture<>())
        .get(LIMIT_SECONDS, TimeUnit.SECONDS);
  }

  CompletableFuture<Closed> closed() {
    return closed;
  }

  private void take(JsonNode message) {
    String ref = message.path("ref").asString("");
    if (message.path("op").asString("").equals("event")) {
      Transcript transcript = transcripts.get(ref);
      if (transcript != null) {
        transcript.add(message);
      }
    } else {
      answers.computeIfAbsent(ref, _ -> new CompletableFuture<>()).complete(message);
    }
  }

  @Override
  public void close() {
    socket.abort();
    http.shutdownNow();
  }

  private final class Incoming implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
      text.append(data);
      if (last) {
        take(NodeClient.JSON.readTree(text.toString()));
        text.setLength(0);
      }
      from.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int status, String reason) {
      closed.complete(new Closed(status, reason));
      return null;
    }

    @Override
    public void onError(WebSocket from, Throwable failure) {
      closed.complete(new Closed(1006, failure.toString()));
    }
  }
}
