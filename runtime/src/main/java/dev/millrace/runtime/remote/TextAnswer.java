package dev.millrace.runtime.remote;

import dev.millrace.domain.port.ModelRuntime.Result;
import dev.millrace.domain.task.Usage;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A completion, streamed or whole. It counts as finished when a choice gave a reason to finish and
 * the server then said {@code [DONE]} or ended the body; a clean end without a reason is a cut.
 */
final class TextAnswer implements Answer {

  private static final int LONGEST = 16 << 20;
  private static final byte[] DONE = "[DONE]".getBytes(StandardCharsets.US_ASCII);
  private static final Set<String> REASONS =
      Set.of("stop", "length", "content_filter", "tool_calls", "function_call");
  private static final Set<String> BAD_REASONS = Set.of("error", "abort");

  private final Consumer<String> tokens;
  private final SseReader events = new SseReader(this::event);
  private final @Nullable ByteArrayOutputStream body;
  private final CallGatherer calls = new CallGatherer();
  private long characters;
  private int chunks;
  private boolean begun;
  private boolean done;
  private @Nullable String finishReason;
  private @Nullable Usage usage;

  /**
   * @param streams whether it comes as events; else as one document
   * @param tokens told of each piece of text, never an empty one
   */
  TextAnswer(boolean streams, Consumer<String> tokens) {
    this.tokens = tokens;
    this.body = streams ? null : new ByteArrayOutputStream();
  }

  @Override
  public void read(byte[] bytes) {
    if (body == null) {
      events.read(bytes);
      return;
    }
    if (body.size() + bytes.length > LONGEST) {
      throw new Fault.Thrown(Faults.malformed("a document of more than " + LONGEST + " bytes"));
    }
    body.writeBytes(bytes);
  }

  private void event(boolean error, byte[] data) {
    if (done) {
      return;
    }
    if (Arrays.equals(data, DONE)) {
      done = true;
    } else if (error) {
      throw new Fault.Thrown(Faults.inStream(ErrorBody.read(data)));
    } else {
      chunk(data);
    }
  }

  private void chunk(byte[] data) {
    Chunk chunk = Chunk.read(data);
    if (chunk.failed()) {
      throw new Fault.Thrown(Faults.inStream(ErrorBody.read(data)));
    }
    begun |= chunk.thinking();
    chunk.calls().forEach(this::call);
    if (!chunk.text().isEmpty()) {
      count(chunk.text());
      // Told first: who is told asks whether this is the first.
      tokens.accept(chunk.text());
      chunks++;
      begun = true;
    }
    if (chunk.finishReason() != null) {
      finish(chunk.finishReason());
    }
    if (chunk.usage() != null) {
      usage = chunk.usage();
    }
  }

  private void call(CallDelta delta) {
    count(delta.arguments());
    calls.add(delta);
    begun = true;
  }

  private void count(String more) {
    characters += more.length();
    if (characters > LONGEST) {
      throw new Fault.Thrown(Faults.malformed("more than " + LONGEST + " characters"));
    }
  }

  private void finish(String reason) {
    if (BAD_REASONS.contains(reason)) {
      throw new Fault.Thrown(Faults.inStream(ErrorBody.NONE));
    }
    finishReason = REASONS.contains(reason) ? reason : "stop";
  }

  @Override
  public @Nullable Result whole() {
    return done ? result() : null;
  }

  @Override
  public Result end() {
    if (body == null) {
      events.end();
    } else {
      chunk(body.toByteArray());
    }
    return result();
  }

  private Result result() {
    if (finishReason == null) {
      throw new Fault.Thrown(Faults.cut());
    }
    Usage counted = usage;
    return counted == null
        ? new Result(
            finishReason, new Usage(0, chunks), calls.outputs(), List.of("estimated:usage"))
        : new Result(finishReason, counted, calls.outputs(), List.of());
  }

  @Override
  public boolean begun() {
    return begun;
  }

  @Override
  public boolean streamed() {
    return chunks > 0;
  }
}
