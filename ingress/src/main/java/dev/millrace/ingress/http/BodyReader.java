package dev.millrace.ingress.http;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Gathers one body within its limits of size and time. On its loop only. */
final class BodyReader extends PendingBodies.Arrival {

  private static final byte[] EMPTY = {};

  private final HttpServerRequest request;
  private final int limit;
  private final PendingBodies pending;
  private final PendingBodies leftovers;
  private final Consumer<byte[]> whole;
  private final Consumer<Problem> refused;
  private @Nullable Buffer first;
  private @Nullable Buffer gathered;
  private long size;
  private boolean done;

  BodyReader(
      HttpServerRequest request,
      int limit,
      PendingBodies pending,
      PendingBodies leftovers,
      Consumer<byte[]> whole,
      Consumer<Problem> refused) {
    this.request = request;
    this.limit = limit;
    this.pending = pending;
    this.leftovers = leftovers;
    this.whole = whole;
    this.refused = refused;
  }

  /**
   * Asks for the body where the client waits to be asked, unless it has said that it is too long.
   */
  void read() {
    pending.began(this);
    request.handler(this::part);
    request.endHandler(_ -> end());
    if ("100-continue".equalsIgnoreCase(request.getHeader("expect"))) {
      long declared = declaredLength();
      if (declared > limit) {
        giveUp(tooLarge("a body of " + declared + " bytes"));
      } else {
        request.response().writeContinue();
      }
    }
  }

  /** What the head says, or 0 where it says nothing that can be relied on. */
  private long declaredLength() {
    String length = request.getHeader("content-length");
    return length != null && length.matches("[0-9]{1,18}") ? Long.parseLong(length) : 0;
  }

  private Problem tooLarge(String found) {
    return Problem.of(ErrorCode.TOO_LARGE, found + " (expected: at most " + limit + ")");
  }

  private void part(Buffer part) {
    if (done) {
      return;
    }
    size += part.length();
    if (size > limit) {
      giveUp(tooLarge("a body of at least " + size + " bytes"));
    } else if (first == null) {
      first = part;
    } else {
      gather(first).appendBuffer(part);
    }
  }

  private Buffer gather(Buffer begin) {
    Buffer all = gathered;
    if (all == null) {
      all = Buffer.buffer((int) Math.min(limit, size * 2)).appendBuffer(begin);
      gathered = all;
    }
    return all;
  }

  private void end() {
    if (done) {
      return;
    }
    finish();
    Buffer all = gathered != null ? gathered : first;
    first = null;
    gathered = null;
    whole.accept(all == null ? EMPTY : all.getBytes());
  }

  /** Answers with the problem and hangs up: what still comes of this body is not worth reading. */
  private void giveUp(Problem problem) {
    if (done) {
      return;
    }
    finish();
    first = null;
    gathered = null;
    if (request.version() != HttpVersion.HTTP_2) {
      request.response().putHeader("connection", "close");
    }
    refused.accept(problem);
    Leftover.discard(request, leftovers, true);
  }

  @Override
  protected void late(long limitMillis) {
    giveUp(
        Problem.of(
            ErrorCode.INVALID_ARGUMENT, "the body did not arrive within " + limitMillis + " ms"));
  }

  private void finish() {
    done = true;
    pending.done(this);
  }

  /** Whether the body is still to come, whole or in part. */
  boolean isAwaited() {
    return !done;
  }

  /** The client went before the body was whole. */
  void abandoned() {
    if (!done) {
      finish();
      first = null;
      gathered = null;
    }
  }
}
