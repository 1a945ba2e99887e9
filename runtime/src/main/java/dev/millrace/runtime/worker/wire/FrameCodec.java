package dev.millrace.runtime.worker.wire;

import dev.millrace.domain.codec.ProblemCodec;
import dev.millrace.domain.codec.SpecCodec;
import dev.millrace.kernel.Clock;
import dev.millrace.kernel.bytes.ByteSink;
import dev.millrace.kernel.bytes.ByteSource;
import dev.millrace.kernel.bytes.MalformedBytes;

/**
 * Frames as bytes. A type keeps its number for ever; the worker's begin at 1, the node's at 65.
 * Stateless but for the clock by which remaining time becomes a deadline of this process.
 */
public final class FrameCodec {

  static final int SECRET_BYTES = 32;

  private static final byte HELLO = 1;
  private static final byte READY = 2;
  private static final byte UNAVAILABLE = 3;
  private static final byte STARTED = 4;
  private static final byte TOKEN = 5;
  private static final byte RESTARTED = 6;
  private static final byte DONE = 7;
  private static final byte FAILED = 8;
  private static final byte HEARTBEAT = 9;
  private static final byte BYE = 10;

  private static final byte WELCOME = 65;
  private static final byte REFUSED = 66;
  private static final byte DEPLOY = 67;
  private static final byte UNDEPLOY = 68;
  private static final byte ASSIGN = 69;
  private static final byte CANCEL = 70;
  private static final byte CREDIT = 71;
  private static final byte DRAIN = 72;

  private final Clock clock;

  public FrameCodec(Clock clock) {
    this.clock = clock;
  }

  /** Appends the frame with its length before it. */
  public static void write(ByteSink sink, Frame frame) {
    int start = sink.length();
    sink.putInt(0);
    switch (frame) {
      case Frame.FromWorker fromWorker -> writeFromWorker(sink, fromWorker);
      case Frame.FromNode fromNode -> writeFromNode(sink, fromNode);
    }
    int length = sink.length() - start - Integer.BYTES;
    if (length > Frame.MOST_BYTES) {
      // Whoever made the frame had to hold it against the limit.
      throw new IllegalStateException(
          "a frame of " + length + " bytes (expected: at most " + Frame.MOST_BYTES + ")");
    }
    sink.setInt(start, length);
  }

  private static void writeFromWorker(ByteSink sink, Frame.FromWorker frame) {
    switch (frame) {
      case Frame.Hello(var version, var secret, var pid) ->
          sink.putByte(HELLO).putShort(version).putRaw(secret, 0, SECRET_BYTES).putLong(pid);
      case Frame.Ready(var deployment) -> sink.putByte(READY).putInt(deployment);
      case Frame.Unavailable(var deployment, var problem) ->
          ProblemCodec.write(sink.putByte(UNAVAILABLE).putInt(deployment), problem);
      case Frame.Started(var lease) -> sink.putByte(STARTED).putLong(lease);
      case Frame.Token(var lease, var id, var text) ->
          sink.putByte(TOKEN).putLong(lease).putInt(id).putText(text);
      case Frame.Restarted(var lease) -> sink.putByte(RESTARTED).putLong(lease);
      case Frame.Done(var lease, var result) ->
          WorkCodec.writeResult(sink.putByte(DONE).putLong(lease), result);
      case Frame.Failed(var lease, var problem) ->
          ProblemCodec.write(sink.putByte(FAILED).putLong(lease), problem);
      case Frame.Heartbeat() -> sink.putByte(HEARTBEAT);
      case Frame.Bye() -> sink.putByte(BYE);
    }
  }

  private static void writeFromNode(ByteSink sink, Frame.FromNode frame) {
    switch (frame) {
      case Frame.Welcome(var version, var tokenCredits, var heartbeatMillis) ->
          sink.putByte(WELCOME).putShort(version).putInt(tokenCredits).putInt(heartbeatMillis);
      case Frame.Refused(var reason) -> sink.putByte(REFUSED).putText(reason);
      case Frame.Deploy(var deployment) -> SpecCodec.write(sink.putByte(DEPLOY), deployment);
      case Frame.Undeploy(var deployment) -> sink.putByte(UNDEPLOY).putInt(deployment);
      case Frame.Assign(var deployment, var attempts) ->
          WorkCodec.writeAttempts(sink.putByte(ASSIGN).putInt(deployment), attempts);
      case Frame.Cancel(var lease) -> sink.putByte(CANCEL).putLong(lease);
      case Frame.Credit(var tokens) -> sink.putByte(CREDIT).putInt(tokens);
      case Frame.Drain() -> sink.putByte(DRAIN);
    }
  }

  /**
   * Reads one frame, without its length, to its last byte.
   *
   * @throws MalformedBytes when it is none
   */
  public Frame read(ByteSource source) {
    byte type = source.getByte();
    Frame frame = type < WELCOME ? readFromWorker(type, source) : readFromNode(type, source);
    if (source.remaining() > 0) {
      throw new MalformedBytes(
          source.remaining() + " bytes after a frame of type " + type + " (expected: none)");
    }
    return frame;
  }

  private static Frame readFromWorker(byte type, ByteSource source) {
    return switch (type) {
      case HELLO ->
          new Frame.Hello(source.getShort(), source.getRaw(SECRET_BYTES), source.getLong());
      case READY -> new Frame.Ready(source.getInt());
      case UNAVAILABLE -> new Frame.Unavailable(source.getInt(), ProblemCodec.read(source));
      case STARTED -> new Frame.Started(source.getLong());
      case TOKEN -> new Frame.Token(source.getLong(), source.getInt(), source.getText());
      case RESTARTED -> new Frame.Restarted(source.getLong());
      case DONE -> new Frame.Done(source.getLong(), WorkCodec.readResult(source));
      case FAILED -> new Frame.Failed(source.getLong(), ProblemCodec.read(source));
      case HEARTBEAT -> new Frame.Heartbeat();
      case BYE -> new Frame.Bye();
      default -> throw unknown(type);
    };
  }

  private Frame readFromNode(byte type, ByteSource source) {
    return switch (type) {
      case WELCOME -> new Frame.Welcome(source.getShort(), source.getInt(), source.getInt());
      case REFUSED -> new Frame.Refused(source.getText());
      case DEPLOY -> new Frame.Deploy(SpecCodec.read(source));
      case UNDEPLOY -> new Frame.Undeploy(source.getInt());
      case ASSIGN -> new Frame.Assign(source.getInt(), WorkCodec.readAttempts(source, clock));
      case CANCEL -> new Frame.Cancel(source.getLong());
      case CREDIT -> new Frame.Credit(source.getInt());
      case DRAIN -> new Frame.Drain();
      default -> throw unknown(type);
    };
  }

  private static MalformedBytes unknown(byte type) {
    return new MalformedBytes("a frame of type " + type + " (expected: 1..10 or 65..72)");
  }
}
