package dev.millrace.ingress.grpc;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.MessageLite;
import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.error.ProblemException;
import dev.millrace.domain.security.Principal;
import dev.millrace.ingress.http.Inflation;
import dev.millrace.ingress.http.PendingBodies;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.internal.buffer.BufferInternal;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One call: messages in, messages out, one status. Whatever happens it ends once; what is written
 * after its end goes nowhere. On its event loop only.
 */
final class GrpcCall extends PendingBodies.Arrival {

  /** Takes what a client sends. */
  interface Receiver {

    void message(byte[] message);

    /** The client sends no more. */
    void complete();
  }

  private static final Logger LOG = LoggerFactory.getLogger(GrpcCall.class);
  private static final int HEAD = 5;

  private final HttpServerRequest request;
  private final HttpServerResponse response;
  private final Principal principal;
  private final FrameReader frames;
  private final PendingBodies pending;
  private final int limit;
  private final @Nullable String coding;
  private @Nullable Receiver receiver;
  private @Nullable Runnable onGone;
  private boolean unary;
  private boolean waiting;
  private boolean paused;
  private boolean halfClosed;
  private boolean over;

  /**
   * @param limit bytes of a message, before and after compression was taken off
   * @param pending gives up on messages that do not arrive whole in time
   * @param coding of compressed messages, or null when there are none
   */
  GrpcCall(
      HttpServerRequest request,
      Principal principal,
      int limit,
      PendingBodies pending,
      @Nullable String coding) {
    this.request = request;
    this.response = request.response();
    this.principal = principal;
    this.frames = new FrameReader(limit);
    this.limit = limit;
    this.pending = pending;
    this.coding = coding;
  }

  Principal principal() {
    return principal;
  }

  @Nullable String header(String name) {
    return request.getHeader(name);
  }

  /**
   * Begins to read.
   *
   * @param oneMessage whether a call has exactly one, which must arrive in time
   */
  void receive(boolean oneMessage, Receiver to) {
    unary = oneMessage;
    receiver = oneMessage ? new OneMessage(to) : to;
    response.closeHandler(_ -> gone());
    response.exceptionHandler(_ -> gone());
    request.exceptionHandler(_ -> gone());
    request.endHandler(
        _ -> {
          halfClosed = true;
          pump();
        });
    request.handler(
        part -> {
          frames.offer(part);
          pump();
        });
    watch();
  }

  private void pump() {
    Receiver to = receiver;
    if (to == null) {
      return;
    }
    try {
      byte[] message;
      while (!paused && !over && (message = frames.poll()) != null) {
        to.message(frames.isCompressed() ? inflated(message) : message);
      }
      if (halfClosed && !paused && !over) {
        if (frames.isWithin()) {
          throw new ProblemException(
              Problem.invalid("message", "an end within it", "whole messages"));
        }
        receiver = null;
        to.complete();
      }
    } catch (ProblemException refused) {
      fail(refused.problem());
    } catch (RuntimeException defect) {
      LOG.error("call {} failed", request.path(), defect);
      fail(Problem.of(ErrorCode.INTERNAL, "internal error"));
    }
    watch();
  }

  private byte[] inflated(byte[] message) {
    if (coding == null) {
      throw new ProblemException(
          Problem.invalid("grpc-encoding", "nothing, and a compressed message", "its coding"));
    }
    return Inflation.inflate(message, coding, limit);
  }

  /** A message that has begun, or the one that must come, is waited for, but not for ever. */
  private void watch() {
    boolean due = !over && !halfClosed && (unary || frames.isWithin());
    if (due && !waiting) {
      pending.began(this);
    } else if (!due && waiting) {
      pending.done(this);
    }
    waiting = due;
  }

  @Override
  protected void late(long limitMillis) {
    waiting = false;
    fail(
        Problem.of(
            ErrorCode.INVALID_ARGUMENT,
            "the message did not arrive within " + limitMillis + " ms"));
  }

  /** Takes no more messages until {@link #resume}. */
  void pause() {
    if (!paused) {
      paused = true;
      request.pause();
    }
  }

  void resume() {
    if (paused) {
      paused = false;
      pump();
      if (!paused) {
        request.resume();
      }
    }
  }

  /** What to do when the client goes before the end; once. */
  void onGone(Runnable action) {
    onGone = action;
  }

  private void gone() {
    if (!over) {
      over = true;
      watch();
      tellGone();
    }
  }

  private void tellGone() {
    if (onGone != null) {
      onGone.run();
    }
  }

  /** Whether nothing can be said any more. */
  boolean isOver() {
    return over;
  }

  boolean isWritable() {
    return !response.writeQueueFull();
  }

  void onWritable(Runnable action) {
    response.drainHandler(_ -> action.run());
  }

  /** A header that goes before the first message. */
  void metadata(String name, String value) {
    if (!over && !response.headWritten()) {
      response.putHeader(name, value);
    }
  }

  private void head() {
    if (!response.headWritten()) {
      response.putHeader("content-type", "application/grpc");
    }
  }

  void send(MessageLite message) {
    if (!over) {
      head();
      response.write(framed(message));
    }
  }

  /** Ends well, after this message. */
  void end(MessageLite last) {
    if (!over) {
      head();
      finish();
      response.putTrailer("grpc-status", Status.OK.number());
      response.end(framed(last)).onComplete(_ -> close());
    }
  }

  /** Ends well. */
  void end() {
    if (!over) {
      head();
      finish();
      response.putTrailer("grpc-status", Status.OK.number());
      response.end().onComplete(_ -> close());
    }
  }

  /** Ends badly; who waits for {@link #onGone} is told, since nothing can be said any more. */
  void fail(Problem problem) {
    if (over) {
      return;
    }
    finish();
    boolean begun = response.headWritten();
    head();
    status(begun, "grpc-status", Status.of(problem).number());
    status(begun, "grpc-message", Status.encoded(problem.message()));
    status(begun, "x-millrace-code", problem.code().wireName());
    if (problem.code().retry() != ErrorCode.Retry.NEVER) {
      long millis = Math.max(50, problem.retryAfterMillis());
      status(begun, "grpc-retry-pushback-ms", Long.toString(millis));
      status(begun, "retry-after-ms", Long.toString(millis));
    }
    response.end().onComplete(_ -> close());
    tellGone();
  }

  private void status(boolean begun, String name, String value) {
    if (begun) {
      response.putTrailer(name, value);
    } else {
      response.putHeader(name, value);
    }
  }

  private void finish() {
    over = true;
    watch();
  }

  /** What the client still sends is not wanted (RFC 9113, 8.1). */
  private void close() {
    if (!halfClosed) {
      response.reset(0);
    }
  }

  /** Ends at once, for a client that takes nothing any more. */
  void cut() {
    response.reset(8);
    gone();
  }

  private static Buffer framed(MessageLite message) {
    int size = message.getSerializedSize();
    byte[] frame = new byte[Math.addExact(HEAD, size)];
    frame[1] = (byte) (size >>> 24);
    frame[2] = (byte) (size >>> 16);
    frame[3] = (byte) (size >>> 8);
    frame[4] = (byte) size;
    CodedOutputStream out = CodedOutputStream.newInstance(frame, HEAD, size);
    try {
      message.writeTo(out);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return BufferInternal.buffer(Unpooled.wrappedBuffer(frame));
  }

  /** Holds a client to the one message of its call. */
  private static final class OneMessage implements Receiver {

    private final Receiver to;
    private byte @Nullable [] only;

    OneMessage(Receiver to) {
      this.to = to;
    }

    @Override
    public void message(byte[] message) {
      if (only != null) {
        throw new ProblemException(Problem.invalid("message", "a second one", "one message"));
      }
      only = message;
    }

    @Override
    public void complete() {
      byte[] message = only;
      if (message == null) {
        throw new ProblemException(Problem.invalid("message", "none", "one message"));
      }
      to.message(message);
    }
  }
}
