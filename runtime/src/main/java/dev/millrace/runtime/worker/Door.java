package dev.millrace.runtime.worker;

import dev.millrace.kernel.bytes.MalformedBytes;
import dev.millrace.runtime.worker.wire.Connection;
import dev.millrace.runtime.worker.wire.Frame;
import dev.millrace.runtime.worker.wire.FrameCodec;
import dev.millrace.runtime.worker.wire.FrameReader;
import dev.millrace.runtime.worker.wire.Version;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The socket at which one process is awaited. Whoever knocks has a short time and a short frame to
 * show the secret; the first who does is let in, and the door is shut for good.
 */
final class Door implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Door.class);
  private static final int MOST_GREETING_BYTES = 1_024;
  private static final int MOST_KNOCKING = 16;

  private final Path socket;
  private final ServerSocketChannel server;
  private final byte[] secret;
  private final Terms terms;
  private final FrameCodec codec;
  private final AtomicBoolean taken = new AtomicBoolean();
  private final Semaphore knocking = new Semaphore(MOST_KNOCKING);
  private final CompletableFuture<@Nullable Guest> guest = new CompletableFuture<>();

  /** What a worker that is let in is told, and how long it may take to show itself. */
  record Terms(int tokenCredits, int heartbeatMillis, Duration patience) {}

  /** Who was let in. */
  record Guest(SocketChannel channel, FrameReader reader, Frame.Hello hello) {}

  private Door(
      Path socket, ServerSocketChannel server, byte[] secret, Terms terms, FrameCodec codec) {
    this.socket = socket;
    this.server = server;
    this.secret = secret;
    this.terms = terms;
    this.codec = codec;
  }

  static Door open(Path socket, byte[] secret, Terms terms, FrameCodec codec) throws IOException {
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(socket));
    Door door = new Door(socket, server, secret, terms, codec);
    Thread.ofVirtual().name("worker-door").start(door::acceptAll);
    return door;
  }

  /** Completes with who was let in, or with null when nobody will be. */
  CompletableFuture<@Nullable Guest> guest() {
    return guest;
  }

  private void acceptAll() {
    try {
      while (true) {
        SocketChannel channel = server.accept();
        if (knocking.tryAcquire()) {
          Thread greeter = Thread.ofVirtual().start(() -> greet(channel));
          Thread.ofVirtual().start(() -> limit(greeter, channel));
        } else {
          close(channel);
        }
      }
    } catch (IOException shut) {
      LOG.debug("{} is shut", socket);
    }
  }

  private void limit(Thread greeter, SocketChannel channel) {
    try {
      if (!greeter.join(terms.patience())) {
        close(channel);
      }
    } catch (InterruptedException interrupted) {
      close(channel);
    } finally {
      knocking.release();
    }
  }

  private void greet(SocketChannel channel) {
    try {
      FrameReader reader = new FrameReader(channel, codec);
      if (!(reader.read(MOST_GREETING_BYTES) instanceof Frame.Hello hello)) {
        LOG.warn("{}: somebody knocked and said no hello", socket);
        close(channel);
        return;
      }
      String refusal = refusal(hello);
      if (refusal == null) {
        letIn(channel, reader, hello);
      } else {
        LOG.warn("{}: pid {} is refused: {}", socket, hello.pid(), refusal);
        Connection.greet(channel, new Frame.Refused(refusal));
        close(channel);
      }
    } catch (IOException | MalformedBytes failure) {
      LOG.warn("{}: a greeting failed: {}", socket, failure.toString());
      close(channel);
    }
  }

  private @Nullable String refusal(Frame.Hello hello) {
    if (!MessageDigest.isEqual(hello.secret(), secret)) {
      return "a wrong secret (expected: the one on the worker's standard input)";
    }
    if (!Version.accepts(hello.version(), Version.CURRENT)) {
      return Version.refusal(hello.version(), Version.CURRENT);
    }
    if (!taken.compareAndSet(false, true)) {
      return "a second worker with this secret (expected: one)";
    }
    return null;
  }

  private void letIn(SocketChannel channel, FrameReader reader, Frame.Hello hello)
      throws IOException {
    Connection.greet(
        channel, new Frame.Welcome(hello.version(), terms.tokenCredits(), terms.heartbeatMillis()));
    if (!guest.complete(new Guest(channel, reader, hello))) {
      close(channel);
    }
  }

  /** Nobody is awaited any more. */
  @Override
  public void close() throws IOException {
    guest.complete(null);
    server.close();
    Files.deleteIfExists(socket);
  }

  private static void close(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException failure) {
      LOG.debug("closing a knocking channel failed", failure);
    }
  }
}
