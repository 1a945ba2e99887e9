package dev.millrace.bench;

import static dev.millrace.bench.FrameScanner.ascii;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What one connection's stream says, as the frames that a {@link StreamChecker} holds to their
 * promise. The events of a task carry their number; chunks of a chat are numbered here. One thread.
 */
final class SseStream {

  /** Who takes what was read. */
  interface Sink {

    void frame(Frame frame);

    void violation(Violation kind);

    /** The stream tells of a failure in place of its end. */
    void error(String code);
  }

  private static final byte[] DONE = ascii("[DONE]");
  private static final byte[] SUCCEEDED = ascii("succeeded");

  private final SseTarget target;
  private final Sink sink;
  private final FrameScanner scanner = new FrameScanner();
  private final Frame frame = new Frame();
  private final ChatChunk chunk = new ChatChunk();
  private @Nullable String chatId;
  private int chunks;
  private boolean done;

  SseStream(SseTarget target, Sink sink) {
    this.target = target;
    this.sink = sink;
  }

  /** Another stream begins. */
  void clear() {
    chatId = null;
    chunks = 0;
    done = false;
  }

  void event(long id, byte[] data, int length) {
    if (target == SseTarget.TASKS) {
      task(id, data, length);
    } else if (FrameScanner.equal(data, 0, length, DONE)) {
      if (done) {
        sink.violation(Violation.AFTER_END);
      }
      done = true;
    } else {
      chat(data, length);
    }
  }

  private void task(long id, byte[] data, int length) {
    if (!scanner.scan(data, 0, length, frame) || id != frame.seq) {
      sink.violation(Violation.UNREADABLE);
      return;
    }
    done |= frame.kind == Frame.Kind.END;
    sink.frame(frame);
  }

  private void chat(byte[] data, int length) {
    if (!chunk.read(data, length)) {
      sink.violation(Violation.UNREADABLE);
      return;
    }
    String error = chunk.error();
    if (error != null) {
      sink.error(error);
      return;
    }
    if (chatId != null && !chatId.equals(chunk.id())) {
      sink.violation(Violation.UNKNOWN_REF);
    }
    chatId = chunk.id();
    if (done) {
      sink.violation(Violation.AFTER_END);
    }
    if (chunk.hasText()) {
      frame.clear();
      frame.kind = Frame.Kind.TOKEN;
      frame.seq = chunks++;
      sink.frame(frame);
    }
    String reason = chunk.finishReason();
    if (reason != null) {
      end(reason);
    }
  }

  private void end(String reason) {
    frame.clear();
    frame.kind = Frame.Kind.END;
    frame.seq = chunks++;
    byte[] state =
        reason.equals("stop") || reason.equals("length") ? SUCCEEDED : ascii("finished " + reason);
    frame.state.set(Arrays.copyOf(state, state.length), 0, state.length);
    sink.frame(frame);
  }

  /** Whether its last word was said: the end of a task, {@code [DONE]} of a chat. */
  boolean isDone() {
    return done;
  }
}
