package dev.millrace.control.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OnnxOutlineTest {

  private static final Path ASSETS =
      Path.of(System.getProperty("millrace.home"), "../shared/assets");

  static boolean assets() {
    return Files.isDirectory(ASSETS);
  }

  private static OnnxOutline read(byte[] bytes) throws IOException {
    return OnnxOutline.read(new BytesChannel(bytes), bytes.length);
  }

  /** Answers, or refuses with a reason; anything else fails the test. */
  private static boolean reads(byte[] bytes) throws IOException {
    try {
      assertThat(read(bytes).inputs()).isNotNull();
      return true;
    } catch (MalformedModel e) {
      assertThat(e.getMessage()).isNotEmpty();
      return false;
    } catch (RuntimeException e) {
      return fail("neither an answer nor a refusal", e);
    }
  }

  @Test
  void inputs_and_outputs_are_read_with_their_types_and_shapes() throws IOException {
    OnnxOutline outline = read(OnnxBytes.simple());
    assertThat(outline.inputs())
        .containsExactly(new OnnxValue("features", "float32", List.of(-1L, 16L)));
    assertThat(outline.outputs()).containsExactly(new OnnxValue("label", "int64", List.of(-1L)));
  }

  @Test
  void a_type_that_no_door_takes_is_left_open() throws IOException {
    byte[] graph =
        new OnnxBytes()
            .bytes(11, OnnxBytes.value("c", 14, 1))
            .bytes(11, OnnxBytes.value("far", 99, 1))
            .done();
    assertThat(read(OnnxBytes.model(graph)).inputs()).allMatch(value -> value.type().isEmpty());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void flipped_bits_are_read_or_refused_and_never_a_crash(long seed) throws IOException {
    Random random = new Random(seed);
    byte[] whole = OnnxBytes.simple();
    int refused = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = whole.clone();
      for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
        bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
      }
      refused += reads(bytes) ? 0 : 1;
    }
    assertThat(refused).isPositive();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void noise_is_refused(long seed) throws IOException {
    Random random = new Random(seed);
    for (int i = 0; i < 5_000; i++) {
      byte[] bytes = new byte[random.nextInt(200)];
      random.nextBytes(bytes);
      reads(bytes);
    }
  }

  @Test
  void a_length_beyond_the_file_is_refused_before_anything_is_read() {
    byte[] lying = {8, 8, 0x3a, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x7f};
    assertThatThrownBy(() -> read(lying))
        .hasMessageContaining("field 7 of 34359738367 bytes")
        .hasMessageContaining("what is left");
  }

  @Test
  void two_graphs_or_none_are_refused() {
    assertThatThrownBy(() -> read(new OnnxBytes().number(1, 8).done()))
        .hasMessageContaining("no graph");
    byte[] two = new OnnxBytes().number(1, 8).bytes(7, new byte[0]).bytes(7, new byte[0]).done();
    assertThatThrownBy(() -> read(two)).hasMessageContaining("a second graph");
  }

  @EnabledIf("assets")
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "classify/efficientnet_lite0_imagenet_int8.onnx|image float32 [-1, 3, 224, 224]"
            + "|logits float32 [-1, 1000]",
        "tabular/card_fraud_heavy_gbdt.onnx|features float32 [-1, 16]|label int64 [-1]",
        "text/banking77_light_tfidf_lr.onnx|text text [-1, 1]|label int64 [-1]",
      })
  void real_models_are_read(String file, String input, String output) throws IOException {
    byte[] bytes = Files.readAllBytes(ASSETS.resolve(file));
    OnnxOutline outline = read(bytes);
    assertThat(written(outline.inputs().getFirst())).isEqualTo(input);
    assertThat(written(outline.outputs().getFirst())).isEqualTo(output);
    for (int length = 0; length < bytes.length; length += bytes.length / 23) {
      assertThat(reads(Arrays.copyOf(bytes, length))).as("cut at %d", length).isFalse();
    }
  }

  private static String written(OnnxValue value) {
    return value.name() + " " + value.type() + " " + value.shape();
  }
}
