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

  void read() {
    pending.began(this);
    request.handler(this::part);
    request.endHandler(_ -> end());
  }

  private void part(Buffer part) {
    if (done) {
      return;
    }
    size += part.length();
    if (size > limit) {
      giveUp(
          Problem.of(
              ErrorCode.TOO_LARGE,
              "a body of at least " + size + " bytes (expected: at most " + limit + ")"));
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
  void late(long limitMillis) {
    giveUp(
        Problem.of(
            ErrorCode.INVALID_ARGUMENT, "the body did not arrive within " + limitMillis + " ms"));
  }

  private void finish() {
    done = true;
    pending.done(this);
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
