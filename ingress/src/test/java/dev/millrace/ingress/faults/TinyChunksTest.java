package dev.millrace.ingress.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.ingress.testing.Doors;
import dev.millrace.ingress.testing.RawClient;
import java.io.ByteArrayOutputStream;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.Test;

/**
 * Bodies in chunks of one byte: read in linear time, on a stack of one depth. Watching each buffer
 * for leaks costs more than the chunk, so the millions are for {@code verify}'s test on a node.
 */
class TinyChunksTest extends FaultTest {

  private static final int MANY = 10_000;
  private static final int WIDE = 16;
  private static final String HEAD =
      "POST /v1/tasks HTTP/1.1\r\nhost: x\r\n" + KEY + "transfer-encoding: chunked\r\n\r\n";

  @Test
  void ten_thousand_chunks_of_a_byte_are_one_body() {
    try (RawClient client = doors.raw()) {
      client.send(HEAD + "1\r\n \r\n".repeat(MANY) + "2\r\n{}\r\n0\r\n\r\n");
      assertThat(client.readResponse()).startsWith("HTTP/1.1 400").contains("the name of a model");
      client.send("GET /livez HTTP/1.1\r\nhost: x\r\n\r\n");
      assertThat(client.readResponse()).startsWith("HTTP/1.1 200");
    }
  }

  @Test
  void more_chunks_than_the_limit_are_too_large_a_body() {
    int limit = Doors.LIMITS.jsonBytes();
    String chunk = "10\r\n" + " ".repeat(WIDE) + "\r\n";
    try (RawClient client = doors.raw()) {
      client.send(HEAD);
      try {
        client.send(chunk.repeat(2 * limit / WIDE) + "0\r\n\r\n");
      } catch (UncheckedIOException cutOff) {
        assertThat(cutOff).as("the node need not read on").isNotNull();
      }
      assertThat(client.readToEnd()).startsWith("HTTP/1.1 413").contains("at most " + limit);
    }
  }

  @Test
  void chunks_in_tiny_frames_of_http_2_are_one_body() {
    try (Http2Script script = new Http2Script(doors.port())) {
      script.frame(Http2Script.HEADERS, Http2Script.END_HEADERS, 1, Http2Script.post("/v1/tasks"));
      ByteArrayOutputStream body = new ByteArrayOutputStream();
      body.writeBytes(ascii(" ".repeat(5_000)));
      body.writeBytes(ascii(SUBMIT));
      for (byte each : body.toByteArray()) {
        script.frame(Http2Script.DATA, 0, 1, new byte[] {each});
      }
      script.frame(Http2Script.DATA, Http2Script.END_STREAM, 1, new byte[0]).flush();
      Http2Script.Frame frame = script.next();
      while (frame.type() != Http2Script.HEADERS) {
        assertThat(frame.type()).isNotEqualTo(Http2Script.GOAWAY);
        frame = script.next();
      }
      assertThat(doors.line.next().task().model()).isEqualTo("sim");
    }
  }
}
