package dev.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** The file that ships reads the environment, so each case is a process of its own. */
class LogFormatTest {

  @Test
  void lines_are_for_people_unless_asked_otherwise() throws Exception {
    assertThat(loggedWith(Map.of())).matches("\\d\\d:\\d\\d:\\d\\d\\.\\d{3} INFO .* Mühle 磨坊\n");
  }

  @Test
  void json_is_one_object_a_line() throws Exception {
    assertThat(loggedWith(Map.of("MILLRACE_LOG", "json")))
        .startsWith("{")
        .endsWith("}\n")
        .contains("\"message\":\"Mühle 磨坊\"", "\"level\":\"INFO\"", "\"logger_name\":\"some\"");
  }

  @Test
  void a_higher_threshold_hides_lines() throws Exception {
    assertThat(loggedWith(Map.of("MILLRACE_LOG_LEVEL", "WARN"))).isEmpty();
  }

  /** What a process that logs one line with this environment writes to standard error. */
  private static String loggedWith(Map<String, String> environment)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            OneLine.class.getName());
    builder.environment().keySet().removeIf(name -> name.startsWith("MILLRACE_LOG"));
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    builder.environment().putAll(environment);
    Process process = builder.start();
    String errors = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(output).as("standard output belongs to the verbs").isEmpty();
    return errors;
  }

  static final class OneLine {
    public static void main(String[] arguments) {
      LoggerFactory.getLogger("some").info("Mühle 磨坊");
    }
  }
}
