package dev.millrace.ingress.openapi;

import dev.millrace.ingress.json.JsonObjectReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** What is written by hand, from this package's resources. */
final class Descriptions {

  private Descriptions() {}

  /** Operations by {@code METHOD /template}. */
  static Map<String, Operation> operations() {
    Map<String, Operation> operations = new LinkedHashMap<>();
    try (JsonObjectReader json = new JsonObjectReader(bytes("operations.json"))) {
      for (String route; (route = json.nextField()) != null; ) {
        operations.put(route, Operation.read(json.object()));
      }
    }
    return operations;
  }

  /** A resource's text. */
  static String text(String name) {
    return new String(bytes(name), StandardCharsets.UTF_8).strip();
  }

  private static byte[] bytes(String name) {
    try (InputStream in = Descriptions.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("the resource " + name + " is not in this build");
      }
      return in.readAllBytes();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
