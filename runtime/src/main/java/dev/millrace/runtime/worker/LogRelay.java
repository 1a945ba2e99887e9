package dev.millrace.runtime.worker;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * Turns a worker's output into lines: each at most 4 KiB, the rest of a longer one is left out, and
 * control characters are shown as {@code ?}, so that no worker can forge the node's log.
 */
final class LogRelay implements Runnable {

  static final int LONGEST_LINE = 4_096;

  private final InputStream output;
  private final Consumer<String> lines;
  private final byte[] line = new byte[LONGEST_LINE];
  private int length;
  private boolean cut;

  LogRelay(InputStream output, Consumer<String> lines) {
    this.output = output;
    this.lines = lines;
  }

  /** Reads to the end of the output. */
  @Override
  public void run() {
    byte[] chunk = new byte[8_192];
    try (output) {
      for (int count; (count = output.read(chunk)) >= 0; ) {
        for (int i = 0; i < count; i++) {
          accept(chunk[i]);
        }
      }
    } catch (IOException closed) {
      // A killed process's pipe may break instead of ending; its last words are still given.
      cut = true;
    }
    if (length > 0) {
      flush();
    }
  }

  private void accept(byte next) {
    if (next == '\n') {
      flush();
    } else if (length < line.length) {
      line[length++] = next;
    } else {
      cut = true;
    }
  }

  private void flush() {
    String text = new String(line, 0, length, StandardCharsets.UTF_8);
    StringBuilder shown = new StringBuilder(text.length() + 1);
    text.stripTrailing()
        .codePoints()
        .map(c -> Character.isISOControl(c) && c != '\t' ? '?' : c)
        .forEach(shown::appendCodePoint);
    if (cut) {
      shown.append('…');
    }
    length = 0;
    cut = false;
    lines.accept(shown.toString());
  }
}
