package dev.millrace.ingress.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads Server-Sent Events block by block, as bytes come. */
public final class SseClient implements AutoCloseable {

  private final HttpResponse<InputStream> response;
  private final BufferedReader lines;

  SseClient(HttpResponse<InputStream> response) {
    this.response = response;
    this.lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
  }

  public int status() {
    return response.statusCode();
  }

  public String header(String name) {
    return response.headers().firstValue(name).orElse("");
  }

  /** The lines of the next block without the empty one, or null at a clean end. */
  public @Nullable String block() {
    StringBuilder block = new StringBuilder();
    try {
      for (String line; (line = lines.readLine()) != null; ) {
        if (line.isEmpty()) {
          return block.toString();
        }
        block.append(block.isEmpty() ? "" : "\n").append(line);
      }
    } catch (IOException cut) {
      throw new UncheckedIOException(cut);
    }
    return block.isEmpty() ? null : block.toString();
  }

  /** What stands after {@code data:} in the next block. */
  public String data() {
    String block = block();
    if (block == null) {
      throw new AssertionError("the stream ended (expected: another event)");
    }
    int at = block.indexOf("data: ");
    return block.substring(at + 6);
  }

  /** The data of all events until a clean end. */
  public List<String> rest() {
    List<String> rest = new ArrayList<>();
    for (String block; (block = block()) != null; ) {
      rest.add(block.substring(block.indexOf("data: ") + 6));
    }
    return rest;
  }

  @Override
  public void close() {
    try {
      response.body().close();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
