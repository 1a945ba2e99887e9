package dev.millrace.server.client;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Reads Server-Sent Events (WHATWG HTML, 9.2.6): only the fields that our doors send. */
final class EventStream implements AutoCloseable {

  /**
   * @param id empty when there was none
   * @param kind {@code message} when there was none
   */
  record Event(String id, String kind, String data) {}

  private final BufferedReader lines;

  EventStream(InputStream body) {
    this.lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
  }

  /**
   * The next event, or null at the end of the stream. An event that the end cuts off is none.
   *
   * @throws IOException when the connection broke
   */
  @Nullable Event next() throws IOException {
    String id = "";
    String kind = "message";
    StringBuilder data = new StringBuilder();
    for (String line; (line = lines.readLine()) != null; ) {
      if (line.isEmpty() && !data.isEmpty()) {
        return new Event(id, kind, data.substring(0, data.length() - 1));
      }
      if (line.isEmpty()) {
        // An event without data is none, and its kind must not become the next one's.
        kind = "message";
      }
      int colon = line.indexOf(':');
      if (colon > 0) {
        String value =
            line.startsWith(" ", colon + 1) ? line.substring(colon + 2) : line.substring(colon + 1);
        switch (line.substring(0, colon)) {
          case "id" -> id = value;
          case "event" -> kind = value;
          case "data" -> data.append(value).append('\n');
          default -> {
            // Fields that are not known are passed over, as the standard says.
          }
        }
      }
    }
    return null;
  }

  @Override
  public void close() {
    try {
      lines.close();
    } catch (IOException alreadyBroken) {
      // Nothing is left to lose: whoever closes has read what it wanted.
    }
  }
}
