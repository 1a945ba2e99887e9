package dev.millrace.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.kernel.Clock;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class WsReportTest {

  private static Report report(WsTally tally) {
    WsPlan plan = Plans.ws(2, 10, 1, false);
    try (Transport transport = new Transport()) {
      WsConnector connector =
          new WsConnector(
              2,
              0,
              Clock.system(),
              transport.bootstrap(new InetSocketAddress("127.0.0.1", 1)),
              now -> {
                throw new AssertionError("nothing is connected here");
              });
      return WsReport.of(plan, connector, tally, new Meters(OptionalLong.empty()));
    }
  }

  @Test
  void a_generator_that_is_late_itself_says_so() {
    WsTally tally = new WsTally();
    tally.sendLag.record(3_000_000);
    Report report = report(tally);
    assertThat(report.warnings()).singleElement().asString().contains("send lag p99 3.0 ms");
    assertThat(report.clean()).isTrue();
  }

  @Test
  void a_generator_that_is_in_time_says_nothing() {
    WsTally tally = new WsTally();
    tally.sendLag.record(100_000);
    assertThat(report(tally).warnings()).isEmpty();
  }

  @Test
  void a_generator_that_fills_its_core_says_that_the_server_may_do_more() {
    Report report = new Report("http");
    Meters.warnWhenFull(report, Map.of("cores", 0.5));
    assertThat(report.warnings()).isEmpty();
    Meters.warnWhenFull(report, Map.of("cores", 0.98));
    assertThat(report.warnings()).singleElement().asString().contains("used 0.98 cores");
  }
}
