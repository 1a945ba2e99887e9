package dev.millrace.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpResponseParserTest {

  private static final String LINE = "\r\n";
  private static final String SIZED =
      "HTTP/1.1 202 Accepted\r\ncontent-type: text/plain\r\nCONTENT-LENGTH: 5\r\n\r\nhello";
  private static final String CHUNKED =
      "HTTP/1.1 429 Too Many\r\nTransfer-Encoding: chunked\r\n\r\n"
          + "5;x=y\r\nhello\r\n0a\r\n0123456789\r\n0\r\nx-t: 1\r\n\r\n";
  private static final String EMPTY = "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n";

  private final HttpResponseParser parser = new HttpResponseParser();

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5, 17, 100_000})
  void responses_in_a_row_are_told_apart_however_the_socket_cuts_them(int step) throws BadPeer {
    String early = "HTTP/1.1 100 Continue\r\n\r\n";
    byte[] bytes = (SIZED + CHUNKED + early + SIZED + EMPTY).getBytes(US_ASCII);
    List<Integer> statuses = new ArrayList<>();
    for (int from = 0; from < bytes.length; from += step) {
      int until = Math.min(bytes.length, from + step);
      for (int at = parser.feed(bytes, from, until); at >= 0; ) {
        statuses.add(parser.status());
        at = parser.feed(bytes, at, until);
      }
    }
    assertThat(statuses).containsExactly(202, 429, 202, 204);
    assertThat(parser.closes()).isTrue();
  }

  @Test
  void the_bytes_behind_an_upgrade_are_left_alone() throws BadPeer {
    String head = "HTTP/1.1 101 Switching\r\nSec-WebSocket-Accept: abc=\r\n\r\n";
    byte[] bytes = (head + "frames").getBytes(US_ASCII);
    assertThat(parser.feed(bytes, 0, bytes.length)).isEqualTo(head.length());
    assertThat(parser.accept()).isEqualTo("abc=");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SSH-2.0-OpenSSH_9.2 hello",
        "HTTP/1.1 abc",
        "HTTP/1.1 200 OK\r\nContent-Length: many",
        "HTTP/1.1 200 OK\r\nContent-Length: -1",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz"
      })
  void what_is_no_response_is_refused_with_what_was_found(String text) {
    byte[] bytes = (text + LINE).getBytes(US_ASCII);
    assertThatThrownBy(() -> parser.feed(bytes, 0, bytes.length))
        .isInstanceOf(BadPeer.class)
        .hasMessageContaining("found")
        .hasMessageContaining("expected");
  }

  @Test
  void a_head_without_end_is_refused() {
    byte[] line = ("HTTP/1.1 200 OK\r\nx: " + "y".repeat(9_000)).getBytes(US_ASCII);
    assertThatThrownBy(() -> parser.feed(line, 0, line.length)).hasMessageContaining("8192");
    byte[] many = ("HTTP/1.1 200 OK\r\n" + "x: y\r\n".repeat(201)).getBytes(US_ASCII);
    assertThatThrownBy(() -> new HttpResponseParser().feed(many, 0, many.length))
        .hasMessageContaining("200 headers");
  }
}
