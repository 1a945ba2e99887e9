package dev.millrace.runtime.worker;

import dev.millrace.kernel.Clock;
import dev.millrace.kernel.bytes.MalformedBytes;
import dev.millrace.runtime.worker.wire.Connection;
import dev.millrace.runtime.worker.wire.Frame;
import dev.millrace.runtime.worker.wire.FrameCodec;
import dev.millrace.runtime.worker.wire.FrameReader;
import dev.millrace.runtime.worker.wire.Version;
import java.io.IOException;
import java.io.InputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life of a worker's process: {@code --socket PATH [--hello-timeout-ms N]}, the secret as one
 * line of hexadecimal digits on standard input. Lives as long as its node: when the link ends, so
 * does the process, at once; without a welcome in time it ends too.
 */
public final class WorkerMain {

  private static final Logger LOG = LoggerFactory.getLogger(WorkerMain.class);
  private static final long NANOS_PER_MILLI = 1_000_000;
  private static final long LONGEST_DEFIANCE_SECONDS = 30;
  private static final int MOST_WAITING_FRAMES = 1 << 17;
  private static final long MOST_WAITING_BYTES = 2L * Frame.MOST_BYTES;
  private static final int SECRET_DIGITS = 64;

  private final AttemptHost.Factory hosts;
  private final Clock clock = Clock.system();
  private final CountDownLatch welcomed = new CountDownLatch(1);

  private WorkerMain(AttemptHost.Factory hosts) {
    this.hosts = hosts;
  }

  /** Runs the process to its end; never returns. Call it from the main thread. */
  public static void run(String[] arguments, AttemptHost.Factory hosts) {
    WorkerArguments parsed;
    try {
      parsed = WorkerArguments.parse(arguments);
    } catch (IllegalArgumentException wrong) {
      LOG.error("a worker is started by its node: {}", wrong.getMessage());
      end(Exit.BAD_ARGUMENTS);
      return;
    }
    deferToNode();
    end(new WorkerMain(hosts).serve(parsed));
  }

  /**
   * An interrupt from the terminal reaches the node and its workers alike; the node drains, and
   * must find its workers alive. So an asked-for exit waits for the node's, within a bound.
   */
  private static void deferToNode() {
    CountDownLatch never = new CountDownLatch(1);
    Runnable hold =
        () -> {
          try {
            if (!never.await(LONGEST_DEFIANCE_SECONDS, TimeUnit.SECONDS)) {
              LOG.warn("the node did not end this process within {} s", LONGEST_DEFIANCE_SECONDS);
            }
          } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
          }
        };
    Runtime.getRuntime().addShutdownHook(new Thread(hold, "worker-defers"));
  }

  private Exit serve(WorkerArguments arguments) {
    watchForWelcome(arguments.helloTimeout());
    try (SocketChannel channel =
        SocketChannel.open(UnixDomainSocketAddress.of(arguments.socket()))) {
      FrameReader reader = new FrameReader(channel, new FrameCodec(clock));
      byte[] secret = readSecret(System.in);
      long pid = ProcessHandle.current().pid();
      Connection.greet(channel, new Frame.Hello(Version.CURRENT, secret, pid));
      return switch (reader.read()) {
        case Frame.Welcome welcome -> serve(channel, reader, welcome);
        case Frame.Refused(var reason) -> {
          LOG.error("the node refuses this worker: {}", reason);
          yield Exit.REFUSED;
        }
        case null, default -> Exit.NOT_WELCOMED;
      };
    } catch (IOException | MalformedBytes failure) {
      LOG.error("no link to the node: {}", failure.toString());
      return Exit.NOT_WELCOMED;
    }
  }

  private Exit serve(SocketChannel channel, FrameReader reader, Frame.Welcome welcome) {
    welcomed.countDown();
    long heartbeat = welcome.heartbeatMillis() * NANOS_PER_MILLI;
    Connection connection =
        Connection.open(
            "worker-writer",
            channel,
            reader,
            new Connection.Limits(MOST_WAITING_FRAMES, MOST_WAITING_BYTES),
            new Heartbeats(heartbeat, clock.nanoTime()),
            clock);
    ReportsToNode reports =
        new ReportsToNode(connection, welcome.tokenCredits(), WorkerMain::hostLost);
    return new WorkerSession(connection, reports, hosts.open(reports)).serve();
  }

  private static void hostLost(String reason) {
    LOG.error("{}", reason);
    end(Exit.HOST_LOST);
  }

  private void watchForWelcome(Duration patience) {
    Runnable watch =
        () -> {
          try {
            if (!welcomed.await(patience.toMillis(), TimeUnit.MILLISECONDS)) {
              LOG.error("no welcome from a node within {} ms", patience.toMillis());
              end(Exit.NOT_WELCOMED);
            }
          } catch (InterruptedException interrupted) {
            end(Exit.NOT_WELCOMED);
          }
        };
    Thread.ofPlatform().name("worker-hello-watch").daemon(true).start(watch);
  }

  static byte[] readSecret(InputStream stdin) throws IOException {
    byte[] digits = stdin.readNBytes(SECRET_DIGITS);
    if (digits.length != SECRET_DIGITS) {
      throw new IOException(
          "a secret of " + digits.length + " digits (expected: " + SECRET_DIGITS + ")");
    }
    try {
      return HexFormat.of().parseHex(new String(digits, StandardCharsets.US_ASCII));
    } catch (IllegalArgumentException wrong) {
      throw new IOException("a secret that is not hexadecimal", wrong);
    }
  }

  /** Without shutdown hooks: engines may be in native code, and the system frees everything. */
  private static void end(Exit exit) {
    System.out.flush();
    System.err.flush();
    Runtime.getRuntime().halt(exit.code());
  }
}
