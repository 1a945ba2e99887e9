package dev.millrace.kernel.log;

import dev.millrace.kernel.sim.SimulatedDisk;
import dev.millrace.kernel.sim.VirtualClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A log on a simulated disk under a virtual clock, turned by hand. */
final class LogWorld implements LogListener {

  static final Path DIRECTORY = Path.of("/log");
  static final LogSettings SMALL =
      new LogSettings(4096, 1024, 512, 1024, Duration.ofMillis(100), 0);

  final VirtualClock clock = new VirtualClock();
  SimulatedDisk disk = new SimulatedDisk();
  LogSettings settings = SMALL;
  Log log;
  LogWriter writer;
  Exception stopped;
  final List<Boolean> lowWarnings = new ArrayList<>();

  static LogWorld started() {
    return new LogWorld().start();
  }

  LogWorld start() {
    open();
    try {
      writer = log.startWriter(() -> {}, this, Runnable::run);
      return this;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  LogWorld open() {
    try {
      log = Log.open(disk, DIRECTORY, settings, clock);
      return this;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** The entries in one block. */
  void write(TestEntry... entries) {
    append(entries);
    turn();
  }

  void append(TestEntry... entries) {
    for (TestEntry entry : entries) {
      if (!writer.append(entry)) {
        throw new IllegalStateException("the mailbox is full");
      }
    }
  }

  int turn() {
    return writer.turn(clock.nanoTime());
  }

  /** The mark interval goes by, and some. */
  void idle() {
    clock.advance(Duration.ofMillis(101));
    turn();
  }

  /** The process ends in good order. */
  void close() throws IOException {
    writer.closed();
    log.close();
  }

  /** kill -9, and another process opens the log and reads it. */
  List<String> afterKill() {
    disk.killProcess();
    open();
    return texts();
  }

  List<String> texts() {
    return textsAfter(LogPosition.NONE);
  }

  List<String> textsAfter(long position) {
    List<String> texts = new ArrayList<>();
    try {
      log.replay(
          position,
          (at, type, tenant, keyId, payload) ->
              texts.add(StandardCharsets.ISO_8859_1.decode(payload).toString()));
      return texts;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  Path segment(int number) {
    return LogFiles.segment(DIRECTORY, number);
  }

  static Path mark() {
    return DIRECTORY.resolve(CommitMark.FILE);
  }

  @Override
  public void stopped(Exception cause) {
    stopped = cause;
  }

  @Override
  public void storageLow(boolean low) {
    lowWarnings.add(low);
  }
}
