package dev.millrace.runtime.worker.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.model.Deployment;
import dev.millrace.domain.model.ModelSpec;
import dev.millrace.domain.port.ModelRuntime.Attempt;
import dev.millrace.domain.port.ModelRuntime.Result;
import dev.millrace.domain.task.Input;
import dev.millrace.domain.task.TaskClass;
import dev.millrace.domain.task.Usage;
import dev.millrace.domain.tensor.DataType;
import dev.millrace.domain.tensor.Tensor;
import dev.millrace.kernel.bytes.ByteSink;
import dev.millrace.kernel.bytes.ByteSource;
import dev.millrace.kernel.bytes.MalformedBytes;
import dev.millrace.kernel.sim.VirtualClock;
import dev.millrace.runtime.fakes.Work;
import dev.millrace.runtime.sim.SimModel;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FrameCodecTest {

  private static final byte[] SECRET =
      HexFormat.of().parseHex("00112233445566778899aabbccddeeff".repeat(2));
  private static final Problem PROBLEM = new Problem(ErrorCode.OVERLOADED, "full", "/input", 1_000);
  private static final Tensor TENSOR =
      new Tensor("x", DataType.UINT8, new long[] {2}, new byte[] {7, 8});

  private final VirtualClock clock = new VirtualClock();
  private final FrameCodec codec = new FrameCodec(clock);

  /** A frame and its bytes of version 1, which must stay readable. */
  record Golden(Frame frame, String hex) {}

  static Stream<Golden> golden() {
    return Stream.concat(goldenOfWorker(), goldenOfNode());
  }

  private static Stream<Golden> goldenOfWorker() {
    return Stream.of(
        new Golden(
            new Frame.Hello(1, SECRET, 4_711),
            "2b00000001010000112233445566778899aabbccddeeff00112233445566778899aabbcc"
                + "ddeeff6712000000000000"),
        new Golden(new Frame.Ready(3), "050000000203000000"),
        new Golden(
            new Frame.Unavailable(3, PROBLEM),
            "210000000303000000d2070400000066756c6c060000002f696e707574e8030000000000" + "00"),
        new Golden(new Frame.Started(258), "09000000040201000000000000"),
        new Golden(
            new Frame.Token(258, 77, " é"), "140000000502010000000000004d0000000300000020c3a9"),
        new Golden(new Frame.Restarted(258), "09000000060201000000000000"),
        new Golden(
            new Frame.Done(
                258, new Result("stop", new Usage(5, 6), List.of(TENSOR), List.of("cut"))),
            "3d0000000702010000000000000400000073746f70050000000600000001000000030000"
                + "0063757401000000010000007801010200000000000000020000000708"),
        new Golden(
            new Frame.Failed(258, PROBLEM),
            "25000000080201000000000000d2070400000066756c6c060000002f696e707574e80300"
                + "0000000000"),
        new Golden(new Frame.Heartbeat(), "0100000009"),
        new Golden(new Frame.Bye(), "010000000a"));
  }

  private static Stream<Golden> goldenOfNode() {
    Attempt json = Work.json(258, "{}", 4, 5);
    Attempt tensors = Work.of(259, new Input.Tensors(List.of(TENSOR)));
    return Stream.of(
        new Golden(new Frame.Welcome(1, 4_096, 1_000), "0b00000041010000100000e8030000"),
        new Golden(new Frame.Refused("no"), "0700000042020000006e6f"),
        new Golden(new Frame.Undeploy(3), "050000004403000000"),
        new Golden(
            new Frame.Assign(3, List.of(json, tensors)),
            "940000004503000000020000000201000000000000020000003075000000000000020000"
                + "00040000000500000000000000000093010201000000000000010300000073696d010002"
                + "0000007b7d03010000000000000100000030750000000000000000000000000000000093"
                + "010301000000000000010300000073696d01010100000001000000780101020000000000"
                + "0000020000000708"),
        new Golden(new Frame.Cancel(258), "09000000460201000000000000"),
        new Golden(new Frame.Credit(1_024), "050000004700040000"),
        new Golden(new Frame.Drain(), "0100000048"),
        new Golden(
            new Frame.Deploy(smallDeployment()),
            "e50000004303000000010000006d01000000310500020000006364020000002f6d010000"
                + "00050000006d6f64656c060000006d2e6f6e6e7809000000000000000200000061620100"
                + "0000010000007807000000666c6f61743332010000000200000000000000010000000300"
                + "00006d696e02000000000000e03f00000000010000000300000072756e01000000010000"
                + "006b0402000000010100000000000000030100d007000000000000021000000000010000"
                + "01020000007b7d020000007b7d000000000000d03f030000004d4954ffffffff00000000"
                + "0300000067707500080000000200000001"));
  }

  private static Deployment smallDeployment() {
    var file = new ModelSpec.ModelFile("m.onnx", 9, "ab");
    var field = new ModelSpec.Field("x", "float32", List.of(2L), Map.of("min", 0.5));
    ModelSpec spec =
        new ModelSpec(
            "m",
            "1",
            ModelSpec.Kind.TENSOR,
            ModelSpec.RuntimeKind.ONNX,
            "cd",
            "/m",
            Map.of("model", file),
            List.of(field),
            List.of(),
            List.of(new ModelSpec.Step("run", Map.of("k", List.of(1L, true)))),
            ModelSpec.Isolation.WORKER,
            new ModelSpec.Defaults(2_000, TaskClass.SHEDDABLE, 16),
            256,
            new ModelSpec.Sample("{}", "{}", 0.25),
            "MIT",
            null);
    return new Deployment(3, spec, "gpu", ModelSpec.Isolation.WORKER, 8, 2, /* required= */ true);
  }

  @ParameterizedTest
  @MethodSource("golden")
  void every_frame_keeps_its_bytes_and_is_read_from_them(Golden golden) {
    assertThat(hex(golden.frame())).isEqualTo(golden.hex());
    byte[] bytes = HexFormat.of().parseHex(golden.hex());
    ByteSource source = new ByteSource(bytes);
    assertThat(source.getInt()).isEqualTo(bytes.length - 4);
    assertThat(hex(codec.read(source))).isEqualTo(golden.hex());
    assertThat((long) bytes.length - 4).isLessThanOrEqualTo(golden.frame().size());
  }

  @Test
  void a_deployment_comes_back_equal_and_keeps_its_bytes() {
    Frame deploy = new Frame.Deploy(SimModel.deployment(3, "default"));
    byte[] bytes = bytes(deploy);
    assertThat(read(bytes)).isEqualTo(deploy);
    assertThat((long) bytes.length).isLessThanOrEqualTo(deploy.size());
  }

  @Test
  void an_attempt_keeps_what_a_model_needs_and_nothing_of_its_owner() {
    Attempt sent = Work.json(258, "{\"a\":1}", 4, 5);
    clock.advanceNanos(1_000);
    var assign = (Frame.Assign) read(bytes(new Frame.Assign(3, List.of(sent))));
    assertThat(assign.deployment()).isEqualTo(3);
    Attempt got = assign.attempts().getFirst();
    assertThat(got.lease()).isEqualTo(258);
    assertThat(got.number()).isEqualTo(2);
    assertThat(got.recordedIds()).containsExactly(4, 5);
    assertThat(got.remainingMillis()).isEqualTo(30_000);
    assertThat(got.task().id()).isEqualTo(sent.task().id());
    assertThat(got.task().model()).isEqualTo("sim");
    assertThat(got.task().taskClass()).isEqualTo(TaskClass.STANDARD);
    assertThat(got.task().deadlineNanos()).isEqualTo(30_000_001_000L);
    assertThat(got.task().tenant()).isZero();
    assertThat(((Input.Json) got.task().input()).utf8()).asString().isEqualTo("{\"a\":1}");
  }

  @ParameterizedTest
  @MethodSource("golden")
  void a_frame_cut_anywhere_or_with_a_byte_too_many_is_malformed(Golden golden) {
    byte[] bytes = HexFormat.of().parseHex(golden.hex());
    for (int end = 4; end < bytes.length; end++) {
      ByteSource cut = new ByteSource(bytes, 4, end - 4);
      assertThatThrownBy(() -> codec.read(cut)).isInstanceOf(MalformedBytes.class);
    }
    byte[] longer = java.util.Arrays.copyOf(bytes, bytes.length + 1);
    assertThatThrownBy(() -> codec.read(new ByteSource(longer, 4, longer.length - 4)))
        .isInstanceOf(MalformedBytes.class);
  }

  static LongStream seeds() {
    return LongStream.rangeClosed(1, 20);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void damaged_and_random_bytes_are_read_or_malformed_and_nothing_else(long seed) {
    Random random = new Random(seed);
    List<byte[]> frames =
        Stream.concat(
                golden().map(Golden::frame),
                Stream.of(new Frame.Deploy(SimModel.deployment(1, "p"))))
            .map(FrameCodecTest::bytes)
            .toList();
    for (int i = 0; i < 2_000; i++) {
      byte[] bytes = frames.get(random.nextInt(frames.size())).clone();
      if (i % 10 == 0) {
        random.nextBytes(bytes);
      }
      for (int flips = random.nextInt(4); flips >= 0; flips--) {
        bytes[4 + random.nextInt(bytes.length - 4)] = (byte) random.nextInt();
      }
      try {
        bytes(read(bytes));
      } catch (MalformedBytes expected) {
        assertThat(expected.getMessage()).isNotBlank();
      }
    }
  }

  @Test
  void too_many_labels_and_an_empty_batch_are_malformed() {
    List<String> labels = java.util.Collections.nCopies(65, "x");
    byte[] done = bytes(new Frame.Done(1, new Result(null, Usage.NONE, List.of(), labels)));
    assertThatThrownBy(() -> read(done)).hasMessage("65 labels (expected: at most 64)");
    byte[] assign = bytes(new Frame.Assign(1, List.of()));
    assertThatThrownBy(() -> read(assign)).hasMessageContaining("expected: at least 1");
  }

  @Test
  void a_frame_beyond_the_limit_is_never_written() {
    byte[] input = new byte[Frame.MOST_BYTES];
    Frame frame = new Frame.Assign(1, List.of(Work.of(1, new Input.Json(input))));
    assertThat(frame.size()).isGreaterThan(Frame.MOST_BYTES);
    assertThatThrownBy(() -> bytes(frame)).hasMessageContaining("expected: at most 67108864");
  }

  private Frame read(byte[] bytes) {
    return codec.read(new ByteSource(bytes, 4, bytes.length - 4));
  }

  private static byte[] bytes(Frame frame) {
    ByteSink sink = new ByteSink(64);
    FrameCodec.write(sink, frame);
    return sink.toByteArray();
  }

  private static String hex(Frame frame) {
    return HexFormat.of().formatHex(bytes(frame));
  }
}
