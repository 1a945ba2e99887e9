package dev.millrace.verify.bench;

import dev.millrace.ingress.json.JsonObjectReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What it costs to read one submission of 170 bytes, input kept as bytes. Stands on the event loop
 * once a task; expect well under 1 µs and the copies of input and names as the only garbage that
 * matters.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class RequestReadBenchmark {

  private final byte[] request =
      ("{\"op\":\"submit\",\"ref\":\"17\",\"model\":\"tale-1.1m\",\"input\":{\"prompt\":\"Once upon a"
              + " time there was a mill\",\"max_tokens\":16},\"class\":\"standard\",\"deadline_ms\":5000,"
              + "\"durability\":\"fsync\"}")
          .getBytes(StandardCharsets.UTF_8);

  /** Reads all fields as the WebSocket door does. */
  @Benchmark
  public int read() {
    int sum = 0;
    try (JsonObjectReader reader = new JsonObjectReader(request)) {
      for (String name; (name = reader.nextField()) != null; ) {
        sum +=
            switch (name) {
              case "input" -> reader.raw().length;
              case "deadline_ms" -> (int) reader.whole(1, Integer.MAX_VALUE);
              default -> reader.text(256).length();
            };
      }
    }
    return sum;
  }
}
