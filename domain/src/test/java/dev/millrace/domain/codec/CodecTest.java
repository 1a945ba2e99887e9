package dev.millrace.domain.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.model.Deployment;
import dev.millrace.domain.model.ModelSpec;
import dev.millrace.domain.stream.StreamEvent;
import dev.millrace.domain.stream.StreamEvent.End;
import dev.millrace.domain.stream.StreamEvent.Notice;
import dev.millrace.domain.stream.StreamEvent.Token;
import dev.millrace.domain.task.Durability;
import dev.millrace.domain.task.Input;
import dev.millrace.domain.task.OnDisconnect;
import dev.millrace.domain.task.Stamps;
import dev.millrace.domain.task.Task;
import dev.millrace.domain.task.TaskClass;
import dev.millrace.domain.task.TaskId;
import dev.millrace.domain.task.TaskState;
import dev.millrace.domain.task.Usage;
import dev.millrace.domain.tensor.DataType;
import dev.millrace.domain.tensor.Tensor;
import dev.millrace.kernel.bytes.ByteSink;
import dev.millrace.kernel.bytes.ByteSource;
import dev.millrace.kernel.bytes.MalformedBytes;
import dev.millrace.kernel.sim.VirtualClock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CodecTest {
  private static final Tensor FEATURES =
      Tensor.ofFloats("features", new long[] {1, 2}, new float[] {1f, -2f});
  private static final End FULL_END =
      new End(
          TaskState.FAILED,
          "length",
          new Usage(3, 4),
          List.of("truncated:tokens"),
          List.of(FEATURES, Tensor.ofTexts("labels", new long[] {2}, List.of("a", "žluť"))),
          new Problem(ErrorCode.RUNTIME_FAILED, "the model broke", "/input", 250));

  private final VirtualClock clock = new VirtualClock();

  static List<StreamEvent> events() {
    return List.of(
        new Token(979, " there"),
        new Token(-1, ""),
        new Notice(StreamEvent.Code.RESTART, 2),
        FULL_END,
        new End(TaskState.SUCCEEDED, null, Usage.NONE, List.of(), List.of(), null));
  }

  @ParameterizedTest
  @MethodSource("events")
  void an_event_is_read_back_as_it_was(StreamEvent event) {
    ByteSink sink = new ByteSink(16);
    EventCodec.write(sink, event);
    ByteSource source = new ByteSource(sink.toByteArray());
    assertThat(EventCodec.read(source)).isEqualTo(event);
    assertThat(source.remaining()).isZero();
  }

  /** These bytes lie in logs: a reader of tomorrow must read them. */
  @Test
  void the_bytes_of_format_1_do_not_change() {
    ByteSink sink = new ByteSink(16);
    EventCodec.write(sink, new Token(979, " there"));
    EventCodec.write(sink, new Notice(StreamEvent.Code.GAP, 3));
    EventCodec.write(
        sink, new End(TaskState.SUCCEEDED, "stop", new Usage(5, 6), List.of("x"), List.of(), null));
    assertThat(HexFormat.of().formatHex(sink.toByteArray()))
        .isEqualTo(
            "00d303000006000000207468657265"
                + "010103000000"
                + "020204000000"
                + "73746f70"
                + "0500000006000000"
                + "01000000"
                + "0100000078"
                + "00000000"
                + "00");
    ByteSink task = new ByteSink(16);
    TaskCodec.write(task, task(new Input.Json("{}".getBytes(StandardCharsets.UTF_8))));
    assertThat(HexFormat.of().formatHex(task.toByteArray()))
        .isEqualTo(
            "0100000000000000"
                + "0200000000000000"
                + "00"
                + "0300000073696d"
                + "01"
                + "01"
                + "00"
                + "01"
                + "8813000000000000"
                + "050000007461736b73"
                + "ffffffff"
                + "010000006b"
                + "e803000000000000"
                + "0700000000000000"
                + "00"
                + "020000007b7d");
  }

  @Test
  void a_task_is_read_back_with_the_time_that_is_left() {
    ByteSink sink = new ByteSink(16);
    Task task = task(new Input.Tensors(List.of(FEATURES)), clock.wallMillis());
    TaskCodec.write(sink, task);
    clock.advance(Duration.ofMillis(2_000));
    Task read = TaskCodec.read(new ByteSource(sink.toByteArray()), 9, clock);
    assertThat(read.id()).isEqualTo(task.id());
    assertThat(read.tenant()).isEqualTo(9);
    assertThat(read.settings()).isEqualTo(task.settings());
    assertThat(read.input()).isEqualTo(task.input());
    assertThat(read.deadlineNanos() - clock.nanoTime()).isEqualTo(3_000_000_000L);
  }

  @Test
  void a_clock_that_jumps_gives_no_more_than_the_budget_and_no_less_than_nothing() {
    ByteSink sink = new ByteSink(16);
    TaskCodec.write(sink, task(new Input.Json(new byte[0]), clock.wallMillis()));
    clock.jumpWall(Duration.ofHours(-1));
    Task early = TaskCodec.read(new ByteSource(sink.toByteArray()), 1, clock);
    assertThat(early.deadlineNanos() - clock.nanoTime()).isEqualTo(5_000_000_000L);
    clock.jumpWall(Duration.ofHours(2));
    Task late = TaskCodec.read(new ByteSource(sink.toByteArray()), 1, clock);
    assertThat(late.deadlineNanos() - clock.nanoTime()).isZero();
  }

  @Test
  void a_deployment_is_read_back_with_its_whole_manifest() {
    Deployment deployment = deployment();
    ByteSink sink = new ByteSink(16);
    SpecCodec.write(sink, deployment);
    assertThat(SpecCodec.read(new ByteSource(sink.toByteArray()))).isEqualTo(deployment);
  }

  @Test
  void a_tensor_whose_bytes_are_not_its_shape_is_refused() {
    ByteSink sink = new ByteSink(16);
    TensorCodec.writeAll(
        sink, List.of(new Tensor("x", DataType.FP32, new long[] {3}, new byte[8])));
    assertThatThrownBy(() -> TensorCodec.readAll(new ByteSource(sink.toByteArray())))
        .isInstanceOf(MalformedBytes.class)
        .hasMessage("x FP32[3]: 8 bytes (expected: 12)");
    sink.clear();
    TensorCodec.writeAll(
        sink, List.of(new Tensor("x", DataType.BYTES, new long[] {2}, new byte[4])));
    assertThatThrownBy(() -> TensorCodec.readAll(new ByteSource(sink.toByteArray())))
        .isInstanceOf(MalformedBytes.class)
        .hasMessage("x BYTES[2]: 1 elements (expected: 2)");
  }

  @Test
  void an_end_that_is_no_end_is_refused() {
    byte[] bytes = {2, (byte) TaskState.RUNNING.ordinal()};
    assertThatThrownBy(() -> EventCodec.read(new ByteSource(bytes)))
        .isInstanceOf(MalformedBytes.class)
        .hasMessageContaining("RUNNING");
  }

  /** Forbidden: anything but a value or malformed bytes. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void flipped_bytes_end_in_a_value_or_in_malformed_bytes(long seed) {
    var random = new Random(seed);
    ByteSink sink = new ByteSink(16);
    EventCodec.write(sink, FULL_END);
    byte[] end = sink.toByteArray();
    sink.clear();
    SpecCodec.write(sink, deployment());
    byte[] spec = sink.toByteArray();
    for (int round = 0; round < 5_000; round++) {
      readFlipped(end.clone(), random, EventCodec::read);
      readFlipped(spec.clone(), random, SpecCodec::read);
    }
  }

  private static void readFlipped(
      byte[] bytes, Random random, Function<ByteSource, Object> reader) {
    for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
      bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
    }
    try {
      assertThat(reader.apply(new ByteSource(bytes))).isNotNull();
    } catch (MalformedBytes expected) {
      assertThat(expected).hasMessageContaining("expected");
    }
  }

  private static Task task(Input input) {
    return task(input, 1_000);
  }

  private static Task task(Input input, long acceptedWallMillis) {
    var settings =
        new Task.Settings(
            TaskClass.STANDARD,
            Durability.FSYNC,
            OnDisconnect.DETACH,
            true,
            5_000,
            "tasks",
            null,
            "k");
    return new Task(
        new TaskId(1, 2, false), 1, "sim", input, settings, acceptedWallMillis, 0, 7, new Stamps());
  }

  private static Deployment deployment() {
    var spec =
        new ModelSpec(
            "fraud",
            "1",
            ModelSpec.Kind.TABULAR,
            ModelSpec.RuntimeKind.ONNX,
            "ab".repeat(32),
            "/models/fraud",
            Map.of("model", new ModelSpec.ModelFile("fraud.onnx", 12, "cd".repeat(32))),
            List.of(
                new ModelSpec.Field(
                    "features", "float32", List.of(16L), Map.of("names", List.of("a", "b")))),
            List.of(new ModelSpec.Field("label", "int64", List.of(), Map.of())),
            List.of(
                new ModelSpec.Step(
                    "run", Map.of("input", "features", "scale", 0.5, "k", 5L, "on", true))),
            ModelSpec.Isolation.IN_PROCESS,
            new ModelSpec.Defaults(1_000, TaskClass.CRITICAL, 64),
            0,
            new ModelSpec.Sample("{}", "{}", 0.01),
            "Apache-2.0",
            null,
            Set.of(ModelSpec.Capability.STRUCTURED_OUTPUT, ModelSpec.Capability.IMAGES));
    return new Deployment(3, spec, "default", ModelSpec.Isolation.WORKER, 8, 2, true);
  }
}
