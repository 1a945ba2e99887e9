package dev.millrace.runtime.remote;

import dev.millrace.domain.port.ModelRuntime.Result;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.RequestOptions;
import org.jspecify.annotations.Nullable;

/**
 * One request to one replica, from the choice to the last byte. After it told its owner of an end
 * it tells nothing more, but holds the replica's place until the connection is free or closed.
 * Owned by the model's loop.
 */
final class UpstreamTry {

  private static final long CANCEL = 8;
  private static final int OK = 200;
  private static final String NO_TYPE = "";

  /** What hears of the answer. */
  interface Owner {
    /** The reader for an answer of status 200. */
    Answer answer(String contentType);

    /** Bytes came. */
    void heard();

    void done(Result result);

    void fault(Fault fault);

    /** The replica has room for one more. */
    void freed(UpstreamTry which);
  }

  final Replica replica;
  private final Owner owner;
  private @Nullable HttpClientRequest request;
  private @Nullable HttpClientResponse waiting;
  private boolean paused;
  private boolean told;
  private boolean freed;

  UpstreamTry(Replica replica, Owner owner) {
    this.replica = replica;
    this.owner = owner;
  }

  void send(HttpClient client, RequestOptions options, Buffer body) {
    replica.begin();
    client
        .request(options)
        .onComplete(
            asked -> {
              if (asked.succeeded()) {
                connected(asked.result(), body);
              } else {
                fail(Faults.unreachable("the upstream cannot be reached"));
              }
            });
  }

  private void connected(HttpClientRequest made, Buffer body) {
    request = made;
    if (told) {
      close();
      return;
    }
    made.response()
        .onComplete(
            head -> {
              if (head.succeeded()) {
                begun(head.result());
              } else {
                fail(Faults.cut());
              }
            });
    // A failure to write is told by the response's future too.
    made.end(body);
  }

  private void begun(HttpClientResponse response) {
    if (told) {
      return;
    }
    // Pulled buffer by buffer: what we have not reported yet waits in the socket, not in memory.
    response.pause();
    response.exceptionHandler(_ -> fail(Faults.cut()));
    String type = response.getHeader("content-type");
    if (response.statusCode() == OK) {
      Answer answer = owner.answer(type == null ? NO_TYPE : type);
      response.handler(buffer -> read(response, answer, buffer));
      response.endHandler(_ -> ended(answer));
    } else {
      Refusal refusal = new Refusal(response);
      response.handler(
          buffer -> {
            if (!told && !refusal.read(buffer.getBytes())) {
              fail(refusal.fault());
            }
            response.fetch(1);
          });
      response.endHandler(_ -> refused(refusal));
    }
    response.fetch(1);
  }

  private void read(HttpClientResponse response, Answer answer, Buffer buffer) {
    if (!told) {
      owner.heard();
      try {
        answer.read(buffer.getBytes());
        Result whole = answer.whole();
        if (whole != null) {
          told = true;
          owner.done(whole);
        }
      } catch (Fault.Thrown thrown) {
        fail(thrown.fault());
        return;
      }
    }
    if (paused && !told) {
      waiting = response;
    } else {
      response.fetch(1);
    }
  }

  /** Stops reading after the buffer at hand, or goes on. */
  void pace(boolean go) {
    paused = !go;
    HttpClientResponse owed = waiting;
    if (go && owed != null) {
      waiting = null;
      owed.fetch(1);
    }
  }

  private void ended(Answer answer) {
    free();
    if (told) {
      return;
    }
    try {
      Result whole = answer.end();
      told = true;
      owner.done(whole);
    } catch (Fault.Thrown thrown) {
      fail(thrown.fault());
    }
  }

  private void refused(Refusal refusal) {
    free();
    fail(refusal.fault());
  }

  private void fail(Fault fault) {
    if (told) {
      close();
      return;
    }
    told = true;
    close();
    owner.fault(fault);
  }

  /** Stops at once and tells nothing more. */
  void abandon() {
    told = true;
    close();
  }

  /** Closes the connection unless the answer came to its end, and gives the place back. */
  private void close() {
    HttpClientRequest made = request;
    if (made != null && !freed) {
      made.reset(CANCEL);
    }
    free();
  }

  private void free() {
    if (!freed) {
      freed = true;
      replica.end();
      owner.freed(this);
    }
  }

  boolean isFreed() {
    return freed;
  }
}
