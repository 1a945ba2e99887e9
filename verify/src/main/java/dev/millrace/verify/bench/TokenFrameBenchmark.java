package dev.millrace.verify.bench;

import dev.millrace.domain.stream.StreamEvent;
import dev.millrace.domain.stream.StreamEvent.Token;
import dev.millrace.ingress.call.EventJson;
import dev.millrace.ingress.json.JsonText;
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
 * What it costs to write one token's frame: the most frequent thing a node does. Expect about 100
 * ns and no garbage.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class TokenFrameBenchmark {

  private final byte[] beginning =
      "{\"op\":\"event\",\"ref\":\"17\",\"task\":\"tsk_01M88CQ71P000T0Z36A4KJYPBK\",\"seq\":"
          .getBytes(StandardCharsets.US_ASCII);
  private final StreamEvent event = new Token(979, " there");
  private final JsonText json = new JsonText(512);
  private int number;

  @Benchmark
  public int frame() {
    json.clear().begin(beginning).value(number++ & 0xFF).field("kind", EventJson.kind(event));
    EventJson.write(event, null, null, json);
    return json.endObject().size();
  }
}
