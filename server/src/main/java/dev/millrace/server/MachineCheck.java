package dev.millrace.server;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.UnixOperatingSystemMXBean;
import dev.millrace.ingress.IngressServer;
import dev.millrace.ingress.IngressSettings.TransportKind;
import dev.millrace.kernel.disk.Disk;
import dev.millrace.kernel.disk.DiskFile;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Looks at what a node needs of its machine. Each look changes nothing that stays. */
final class MachineCheck {

  static final long ENOUGH_FILES = 20_000;
  private static final long ENOUGH_MEMORY = 2L << 30;
  private static final long ENOUGH_DISK = 2L << 30;
  private static final int SYNCS = 21;
  private static final double SLOW_SYNC_MILLIS = 5;

  private MachineCheck() {}

  static Finding java() {
    String found = Runtime.version() + " (" + System.getProperty("java.vendor", "") + ")";
    Path compiler = Path.of(System.getProperty("java.home", ""), "bin", "javac");
    return Files.isExecutable(compiler)
        ? Finding.well("java", found)
        : Finding.lacking("java", found + ", no compiler", "a JDK, to build with this one");
  }

  static Finding processors() {
    int cores = Runtime.getRuntime().availableProcessors();
    String found = cores + (cores == 1 ? " core" : " cores");
    return cores > 1
        ? Finding.well("processors", found)
        : Finding.lacking("processors", found, "2 or more: models and doors share the one");
  }

  static Finding memory() {
    long bytes = machine().getTotalMemorySize();
    String found = megabytes(bytes);
    return bytes >= ENOUGH_MEMORY
        ? Finding.well("memory", found)
        : Finding.lacking("memory", found, "at least " + megabytes(ENOUGH_MEMORY));
  }

  static Finding openFiles() {
    if (!(machine() instanceof UnixOperatingSystemMXBean unix)) {
      return Finding.well("open files", "no limit is told here");
    }
    long most = unix.getMaxFileDescriptorCount();
    return openFiles(most);
  }

  static Finding openFiles(long most) {
    return most >= ENOUGH_FILES
        ? Finding.well("open files", "at most " + most)
        : Finding.lacking(
            "open files",
            "at most " + most,
            "a hard limit of " + ENOUGH_FILES + " or more (ulimit -Hn): a session takes one");
  }

  static Finding transport() {
    for (TransportKind kind : TransportKind.values()) {
      if (IngressServer.offers(kind)) {
        String best = kind.toString();
        return kind == TransportKind.NIO
            ? Finding.lacking("network", best, "epoll (Linux): half the processor time a frame")
            : Finding.well("network", best + " is to be had");
      }
    }
    return Finding.broken("network", "no transport", "a JDK with java.nio");
  }

  static Finding port(String host, int port) {
    String subject = "port " + port;
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getByName(host), port));
      return Finding.well(subject, "free");
    } catch (IOException taken) {
      return Finding.broken(
          subject, taken.toString(), "free it, or another by --port / --operator-port");
    }
  }

  /** Room, rights and whether another node works there. */
  static Finding folder(Path data) {
    try {
      Path there = data.toAbsolutePath();
      while (!Files.exists(there) && there.getParent() != null) {
        there = there.getParent();
      }
      if (!Files.isWritable(there)) {
        return Finding.broken("data folder", there + " may not be written", "rights, or --data");
      }
      long free = Disk.local().freeBytes(there);
      String found = data + ", " + megabytes(free) + " free";
      return free >= ENOUGH_DISK
          ? Finding.well("data folder", found)
          : Finding.lacking("data folder", found, "at least " + megabytes(ENOUGH_DISK));
    } catch (IOException failed) {
      return Finding.broken("data folder", failed.toString(), "a folder that can be read");
    }
  }

  /** How long a write takes to survive a power loss there: what each acknowledgement waits for. */
  static Finding sync(Path folder) {
    Path file = folder.resolve(".doctor-" + ProcessHandle.current().pid());
    try {
      Disk disk = Disk.local();
      try (DiskFile probe = disk.create(file)) {
        return syncTime(probe);
      } finally {
        disk.delete(file);
      }
    } catch (IOException failed) {
      return Finding.broken("disk sync", failed.toString(), "a disk that can be written");
    }
  }

  private static Finding syncTime(DiskFile probe) throws IOException {
    double[] millis = new double[SYNCS];
    for (int i = 0; i < SYNCS; i++) {
      long start = System.nanoTime();
      probe.write(ByteBuffer.allocate(4_096), 4_096L * i);
      probe.force();
      millis[i] = (System.nanoTime() - start) / 1e6;
    }
    Arrays.sort(millis);
    double median = millis[SYNCS / 2];
    String found = String.format("%.2f ms, median of %d", median, SYNCS);
    return median <= SLOW_SYNC_MILLIS
        ? Finding.well("disk sync", found)
        : Finding.lacking("disk sync", found, "a faster disk: each durable ack waits for it");
  }

  private static String megabytes(long bytes) {
    return String.format("%,d MiB", bytes >> 20);
  }

  private static OperatingSystemMXBean machine() {
    return (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  }
}
