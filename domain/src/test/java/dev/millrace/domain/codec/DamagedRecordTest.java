package dev.millrace.domain.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.stream.StreamEvent;
import dev.millrace.domain.stream.StreamEvent.End;
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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Records of tasks, tensors and options: any value reads back, any damage is malformed bytes. */
class DamagedRecordTest {

  private final VirtualClock clock = new VirtualClock();

  private static Task task(Random random) {
    Task.Settings settings =
        new Task.Settings(
            any(TaskClass.values(), random),
            any(Durability.values(), random),
            any(OnDisconnect.values(), random),
            random.nextBoolean(),
            1 + random.nextInt(1_000_000),
            "tasks",
            random.nextBoolean() ? null : text(random),
            random.nextBoolean() ? null : text(random));
    return new Task(
        new TaskId(random.nextLong(), random.nextLong(), random.nextBoolean()),
        3,
        text(random),
        random.nextBoolean()
            ? new Input.Json(text(random).getBytes(java.nio.charset.StandardCharsets.UTF_8))
            : new Input.Tensors(tensors(random)),
        settings,
        random.nextLong(1L << 42),
        0,
        random.nextLong(1L << 40),
        new Stamps());
  }

  private static <E> E any(E[] values, Random random) {
    return values[random.nextInt(values.length)];
  }

  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    for (int length = random.nextInt(12); length > 0; length--) {
      text.appendCodePoint(any(new Integer[] {0, 0x61, 0xe9, 0x20ac, 0x1F600, 0x22}, random));
    }
    return text.toString();
  }

  private static List<Tensor> tensors(Random random) {
    List<Tensor> tensors = new ArrayList<>();
    for (int count = random.nextInt(4); count > 0; count--) {
      tensors.add(tensor(any(DataType.values(), random), random));
    }
    return tensors;
  }

  private static Tensor tensor(DataType type, Random random) {
    long[] shape = random.longs(random.nextInt(4), 0, 4).toArray();
    int elements = Math.toIntExact(Tensor.elements(shape));
    if (type == DataType.BYTES) {
      List<String> texts = new ArrayList<>();
      for (int i = 0; i < elements; i++) {
        texts.add(text(random));
      }
      return Tensor.ofTexts("t", shape, texts);
    }
    byte[] data = new byte[elements * type.width()];
    random.nextBytes(data);
    return new Tensor(text(random), type, shape, data);
  }

  private static byte[] written(java.util.function.Consumer<ByteSink> writer) {
    ByteSink sink = new ByteSink(16);
    writer.accept(sink);
    return sink.toByteArray();
  }

  @Test
  void any_task_reads_back() {
    for (int seed = 0; seed < 500; seed++) {
      Task task = task(new Random(seed));
      byte[] bytes = written(sink -> TaskCodec.write(sink, task));
      ByteSource source = new ByteSource(bytes);
      Task read = TaskCodec.read(source, 3, clock);
      assertThat(source.remaining()).as("seed " + seed).isZero();
      assertThat(read.id()).isEqualTo(task.id());
      assertThat(read.model()).isEqualTo(task.model());
      assertThat(read.settings()).isEqualTo(task.settings());
      assertThat(read.acceptedWallMillis()).isEqualTo(task.acceptedWallMillis());
      assertThat(read.snapshot()).isEqualTo(task.snapshot());
      assertThat(written(sink -> InputCodec.write(sink, read.input())))
          .isEqualTo(written(sink -> InputCodec.write(sink, task.input())));
    }
  }

  @ParameterizedTest
  @EnumSource(DataType.class)
  void tensors_of_every_type_and_shape_read_back(DataType type) {
    for (int seed = 0; seed < 50; seed++) {
      Tensor tensor = tensor(type, new Random(seed));
      byte[] bytes = written(sink -> TensorCodec.write(sink, tensor));
      assertThat(TensorCodec.read(new ByteSource(bytes))).isEqualTo(tensor);
    }
  }

  @Test
  void a_record_cut_anywhere_is_malformed() {
    for (int seed = 0; seed < 40; seed++) {
      Task task = task(new Random(seed));
      byte[] whole = written(sink -> TaskCodec.write(sink, task));
      for (int length = 0; length < whole.length; length++) {
        byte[] cut = Arrays.copyOf(whole, length);
        assertThatThrownBy(() -> TaskCodec.read(new ByteSource(cut), 3, clock))
            .as("seed " + seed + " cut at " + length)
            .isInstanceOf(MalformedBytes.class)
            .hasMessageContaining("expected");
      }
    }
  }

  @Test
  void a_task_with_any_bytes_changed_is_a_task_or_malformed() {
    for (int seed = 0; seed < 20_000; seed++) {
      Random random = new Random(seed);
      byte[] bytes = written(sink -> TaskCodec.write(sink, task(random)));
      for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
        bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
      }
      read(bytes, source -> TaskCodec.read(source, 3, clock), "seed " + seed);
    }
  }

  private static void read(byte[] bytes, Function<ByteSource, Object> reader, String seen) {
    try {
      assertThat(reader.apply(new ByteSource(bytes))).isNotNull();
    } catch (MalformedBytes expected) {
      assertThat(expected).hasMessageContaining("expected");
    } catch (RuntimeException defect) {
      fail(seen, defect);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, Long.MIN_VALUE, Long.MAX_VALUE})
  void a_budget_that_nobody_can_have_asked_for_is_malformed(long budget) {
    Task task = task(new Random(1));
    Task.Settings odd =
        new Task.Settings(
            TaskClass.STANDARD,
            Durability.FSYNC,
            OnDisconnect.DETACH,
            true,
            budget,
            "d",
            null,
            null);
    Task written =
        new Task(
            task.id(), 3, "m", task.input(), odd, task.acceptedWallMillis(), 0, 1, new Stamps());
    byte[] bytes = written(sink -> TaskCodec.write(sink, written));
    assertThatThrownBy(() -> TaskCodec.read(new ByteSource(bytes), 3, clock))
        .isInstanceOf(MalformedBytes.class)
        .hasMessageContaining("a budget of " + budget + " ms (expected: 0..");
  }

  /** Manifests may nest 24 deep; what the node takes, its worker must take. */
  @Test
  void options_as_deep_as_any_manifest_may_nest_them_read_back_and_deeper_ones_are_malformed() {
    assertThat(OptionsCodec.readMap(new ByteSource(nested(23)))).isNotEmpty();
    assertThatThrownBy(() -> OptionsCodec.readMap(new ByteSource(nested(40))))
        .isInstanceOf(MalformedBytes.class)
        .hasMessageContaining("deep (expected: <= 24)");
  }

  private static byte[] nested(int depth) {
    Object value = "x";
    for (int i = 0; i < depth; i++) {
      value = i % 2 == 0 ? List.of(value) : Map.of("k", value);
    }
    Object whole = value;
    return written(sink -> OptionsCodec.writeMap(sink, Map.of("k", whole)));
  }

  @Test
  void a_count_larger_than_what_is_left_is_refused_before_anything_is_made() {
    byte[] labels =
        written(
            sink ->
                sink.putByte(2)
                    .putByte(TaskState.SUCCEEDED.ordinal())
                    .putOptionalText(null)
                    .putInt(1)
                    .putInt(1)
                    .putInt(Integer.MAX_VALUE));
    assertThatThrownBy(() -> EventCodec.read(new ByteSource(labels)))
        .isInstanceOf(MalformedBytes.class)
        .hasMessage("a count of 2147483647 (expected: at most 0)");
  }

  @ParameterizedTest
  @EnumSource(ErrorCode.class)
  void every_error_ends_a_task_and_reads_back_from_the_log(ErrorCode code) {
    End end = End.failed(TaskState.FAILED, new Problem(code, "m", "/f", 8_000));
    byte[] bytes = written(sink -> EventCodec.write(sink, end));
    assertThat(EventCodec.read(new ByteSource(bytes))).isEqualTo(end);
  }

  @ParameterizedTest
  @EnumSource(TaskState.class)
  void only_a_terminal_state_ends_a_stream(TaskState state) {
    if (state.isTerminal()) {
      assertThat(new End(state, null, Usage.NONE, List.of(), List.of(), null).state())
          .isEqualTo(state);
    } else {
      assertThatThrownBy(() -> new End(state, null, Usage.NONE, List.of(), List.of(), null))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(state.name());
    }
    assertThat(TaskState.byName(state.wireName())).isEqualTo(state);
    assertThat(TaskState.byName(state.name())).isNull();
  }

  @Test
  void sorts_that_do_not_exist_are_malformed() {
    for (int sort = 3; sort < 256; sort++) {
      byte[] bytes = {(byte) sort, 0, 0, 0, 0, 0, 0, 0, 0};
      assertThatThrownBy(() -> EventCodec.read(new ByteSource(bytes)))
          .isInstanceOf(MalformedBytes.class)
          .hasMessageContaining("(expected: 0..2)");
      assertThatThrownBy(() -> InputCodec.read(new ByteSource(bytes)))
          .isInstanceOf(MalformedBytes.class)
          .hasMessageContaining("(expected: 0 or 1)");
    }
    StreamEvent token = new StreamEvent.Token(-1, "");
    assertThat(EventCodec.read(new ByteSource(written(s -> EventCodec.write(s, token)))))
        .isEqualTo(token);
  }
}
