package dev.millrace.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.ingress.IngressSettings.Connections;
import dev.millrace.ingress.testing.Doors;
import dev.millrace.ingress.testing.Http2Client;
import dev.millrace.ingress.testing.RawClient;
import dev.millrace.ingress.testing.WsClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Connections are counted, and every one that ends makes room, whatever it spoke. */
class ConnectionLimitTest {

  private static final String LIVE = "GET /livez HTTP/1.1\r\nhost: x\r\n\r\n";

  private final Doors doors = new Doors(new Connections(3, 75_000, 15_000, 25_000));

  @AfterEach
  void close() {
    doors.close();
  }

  private double open() {
    return doors.gauges.read("millrace_connections_open");
  }

  @Test
  void one_too_many_is_closed_and_the_others_go_on() {
    try (RawClient first = doors.raw().send(LIVE);
        RawClient second = doors.raw().send(LIVE);
        RawClient third = doors.raw().send(LIVE)) {
      assertThat(first.readResponse()).startsWith("HTTP/1.1 200");
      assertThat(second.readResponse()).startsWith("HTTP/1.1 200");
      assertThat(third.readResponse()).startsWith("HTTP/1.1 200");
      try (RawClient fourth = doors.raw().send(LIVE)) {
        fourth.readToEnd();
      }
      assertThat(first.send(LIVE).readResponse()).startsWith("HTTP/1.1 200");
      assertThat(open()).isEqualTo(3);
    }
    doors.line.until(() -> open() == 0, () -> {});
  }

  @Test
  void sockets_make_room_when_they_close() {
    for (int i = 0; i < 9; i++) {
      try (WsClient socket = doors.socket()) {
        assertThat(socket.status()).isEqualTo(101);
        socket.frame(WsClient.CLOSE, true, new byte[] {3, (byte) 0xE8});
        assertThat(socket.closed()).isEqualTo(1_000);
        assertThat(socket.raw().readToEnd()).isEmpty();
      }
    }
    doors.line.until(() -> open() == 0, () -> {});
  }

  @Test
  void http_2_is_counted_too() {
    try (Http2Client client = new Http2Client(doors.port())) {
      assertThat(client.post("/v1/tasks", "{").answer()).isNotEmpty();
      assertThat(open()).isEqualTo(1);
    }
    doors.line.until(() -> open() == 0, () -> {});
  }
}
