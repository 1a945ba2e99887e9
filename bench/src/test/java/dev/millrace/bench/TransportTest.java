package dev.millrace.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.kernel.Clock;
import java.io.PrintWriter;
import java.io.Writer;
import java.net.ConnectException;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class TransportTest {

  @Test
  @EnabledOnOs(OS.LINUX)
  void without_epoll_the_same_load_runs_on_nio() {
    try (FakeNode node = new FakeNode(Fault.NONE);
        Transport transport = new Transport(false)) {
      WsRun run =
          new WsRun(
              Plans.ws(4, 50, 1, false),
              Target.parse(node.url(), false),
              null,
              Clock.system(),
              transport,
              new Meters(OptionalLong.empty()));
      PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
      Report report = new RunDriver(transport.loop(), nowhere, false).drive(run);
      assertThat(transport.usesEpoll()).isFalse();
      assertThat(report.problems()).isEmpty();
      assertThat(report.sections().get("tasks")).containsEntry("ended", 50L);
    }
  }

  @Test
  void failures_of_both_transports_have_the_same_short_names() {
    assertThat(
            SocketFailure.reason(
                new ConnectException(
                    "finishConnect(..) failed with error(-111): Connection refused: /127.0.0.1:9")))
        .isEqualTo(SocketFailure.reason(new ConnectException("Connection refused: /127.0.0.1:9")))
        .isEqualTo("connection refused");
    assertThat(SocketFailure.reason(new ConnectException())).isEqualTo("ConnectException");
  }
}
