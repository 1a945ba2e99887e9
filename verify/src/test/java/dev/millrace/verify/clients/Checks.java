package dev.millrace.verify.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.verify.node.NodeClient;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import tools.jackson.databind.JsonNode;

/** The checks of a client's script, each of which it told in one line of JSON. */
final class Checks {

  private static final long LONGEST_SECONDS = 120;

  private Checks() {}

  /** One process runs all checks, for its start takes longer than most of them. */
  static Stream<DynamicTest> run(ProcessBuilder script, int fewest) {
    return run(script, fewest, LONGEST_SECONDS);
  }

  /** As {@link #run(ProcessBuilder, int)}, for a script that takes longer. */
  static Stream<DynamicTest> run(ProcessBuilder script, int fewest, long longestSeconds) {
    Command.Ended ended = Command.run(script, longestSeconds);
    List<String> checks = ended.output().lines().filter(line -> line.startsWith("{")).toList();
    assertThat(ended.code()).as(ended.output()).isZero();
    assertThat(checks).as(ended.output()).hasSizeGreaterThanOrEqualTo(fewest);
    return of(checks);
  }

  /** The checks that were told in these lines. */
  static Stream<DynamicTest> of(List<String> lines) {
    return lines.stream().map(NodeClient::json).map(Checks::held);
  }

  private static DynamicTest held(JsonNode check) {
    return DynamicTest.dynamicTest(
        check.get("check").asString(),
        () -> assertThat(check.get("failure").isNull()).as(check.toString()).isTrue());
  }
}
