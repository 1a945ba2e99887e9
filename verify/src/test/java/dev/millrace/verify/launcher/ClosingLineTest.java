package dev.millrace.verify.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.verify.launcher.Machine.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** How {@code ./millrace test} counts and when it is content. */
@EnabledOnOs({OS.LINUX, OS.MAC})
class ClosingLineTest {

  @TempDir Path folder;
  private Machine machine;

  @BeforeEach
  void prepare() throws IOException {
    machine = Machine.ready(folder);
  }

  @Test
  void all_modules_reports_are_summed() throws Exception {
    Ended ended = tests(0, suite("server", "A", 5, 0, 0, 2), suite("verify", "B", 7, 0, 0, 1));
    assertThat(ended.code()).isZero();
    assertThat(closing(ended)).isEqualTo("9 passed, 0 failed, 3 skipped");
  }

  @Test
  void failures_and_errors_count_as_failed() throws Exception {
    Ended ended = tests(1, suite("server", "A", 9, 1, 2, 0));
    assertThat(ended.code()).isEqualTo(1);
    assertThat(closing(ended)).isEqualTo("6 passed, 3 failed, 0 skipped");
  }

  @Test
  void a_build_that_fails_without_a_failed_test_fails() throws Exception {
    assertThat(tests(1, suite("server", "A", 9, 0, 0, 0)).code()).isEqualTo(1);
  }

  @Test
  void no_test_at_all_is_a_failure() throws Exception {
    Ended ended = tests(0, "");
    assertThat(ended.code()).isEqualTo(1);
    assertThat(closing(ended)).isEqualTo("0 passed, 0 failed, 0 skipped");
  }

  @Test
  void none_may_skip_where_the_shared_assets_are() throws Exception {
    Files.createDirectories(folder.resolve("shared"));
    Ended ended = tests(0, suite("server", "A", 5, 0, 0, 1));
    assertThat(ended.code()).isEqualTo(1);
    assertThat(ended.out()).contains("skipped: name=\"slow\" classname=\"A\"", "none may skip");
    assertThat(closing(ended)).isEqualTo("4 passed, 0 failed, 1 skipped");
  }

  @Test
  void reports_of_an_earlier_run_do_not_count() throws Exception {
    machine.source("gone/target/surefire-reports/TEST-Old.xml", "<testsuite tests=\"50\">");
    Ended ended = tests(0, suite("server", "A", 5, 0, 0, 0));
    assertThat(closing(ended)).isEqualTo("5 passed, 0 failed, 0 skipped");
  }

  @Test
  void after_the_tests_there_is_nothing_left_to_build() throws Exception {
    tests(0, suite("server", "A", 5, 0, 0, 0));
    machine.run("help");
    assertThat(machine.builds()).isEqualTo(1);
  }

  private Ended tests(int mavensExitCode, String... suites) throws Exception {
    machine.maven(String.join("\n", suites) + "\nexit " + mavensExitCode);
    return machine.run("test");
  }

  /** Shell lines that leave a report as Surefire writes it, attributes over several lines. */
  private static String suite(
      String module, String name, int tests, int failures, int errors, int skipped) {
    return """
    mkdir -p %1$s/target/surefire-reports
    cat > %1$s/target/surefire-reports/TEST-%2$s.xml <<'XML'
    <?xml version="1.0" encoding="UTF-8"?>
    <testsuite xmlns:xsi="x" version="3.0.2"
        name="%2$s" time="0.1" tests="%3$d" errors="%5$d" skipped="%6$d" failures="%4$d">
      <testcase name="slow" classname="%2$s" time="0.0">
        %7$s
      </testcase>
    </testsuite>
    XML
    """
        .formatted(module, name, tests, failures, errors, skipped, skipped > 0 ? "<skipped/>" : "");
  }

  private static String closing(Ended ended) {
    return ended.arguments().getLast();
  }
}
