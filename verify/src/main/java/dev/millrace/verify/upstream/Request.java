package dev.millrace.verify.upstream;

import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * One request, as far as it matters here.
 *
 * @param line such as {@code POST /v1/completions HTTP/1.1}
 * @param authorization the header, or empty
 * @param model as asked for
 * @param texts to embed
 */
record Request(
    String line, String authorization, String model, int maxTokens, boolean streams, int texts) {

  private static final JsonFactory JSON = new JsonFactory();
  private static final int LONGEST_HEAD = 65_536;
  private static final int LONGEST_BODY = 64 << 20;
  private static final int USUAL_TOKENS = 16;

  /** The next request of a connection, or null at its end. */
  static @Nullable Request read(InputStream in) throws IOException {
    String head = head(in);
    if (head == null) {
      return null;
    }
    String lower = head.toLowerCase(Locale.ROOT);
    int length = Integer.parseInt(header(head, lower, "content-length", "0"));
    if (length > LONGEST_BODY) {
      throw new IOException("a body of " + length + " bytes");
    }
    byte[] body = in.readNBytes(length);
    String line = head.substring(0, head.indexOf("\r\n"));
    String authorization = header(head, lower, "authorization", "");
    return body.length == 0
        ? new Request(line, authorization, "", 0, false, 0)
        : parse(line, authorization, body);
  }

  private static @Nullable String head(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder(512);
    int last = 0;
    for (int each; (each = in.read()) >= 0; ) {
      head.append((char) each);
      last = last << 8 | each;
      if (last == 0x0d0a0d0a) {
        return head.toString();
      }
      if (head.length() > LONGEST_HEAD) {
        throw new IOException("a head of more than " + LONGEST_HEAD + " bytes");
      }
    }
    return null;
  }

  private static String header(String head, String lower, String name, String absent) {
    int at = lower.indexOf("\r\n" + name + ":");
    if (at < 0) {
      return absent;
    }
    int from = at + name.length() + 3;
    return head.substring(from, head.indexOf("\r\n", from)).strip();
  }

  private static Request parse(String line, String authorization, byte[] body) {
    String model = "";
    int maxTokens = USUAL_TOKENS;
    boolean streams = false;
    int texts = 0;
    try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), body)) {
      json.nextToken();
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String name = json.currentName();
        JsonToken value = json.nextToken();
        switch (name) {
          case "model" -> model = json.getString();
          case "max_tokens" -> maxTokens = json.getIntValue();
          case "stream" -> streams = json.getBooleanValue();
          case "input" -> texts = value == JsonToken.START_ARRAY ? count(json) : 1;
          default -> json.skipChildren();
        }
      }
    }
    return new Request(line, authorization, model, maxTokens, streams, texts);
  }

  private static int count(JsonParser json) {
    int count = 0;
    while (json.nextToken() != JsonToken.END_ARRAY) {
      json.skipChildren();
      count++;
    }
    return count;
  }

  boolean asks(String path) {
    return line.startsWith("POST /v1" + path + " ");
  }
}
