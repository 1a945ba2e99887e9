package dev.millrace.runtime.ort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.domain.error.ProblemException;
import dev.millrace.runtime.testing.Assets;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

class OnnxEnvelopeTest {

  private static void check(byte[] file) {
    OnnxEnvelope.check(file, "model");
  }

  /** A field with a length before it. */
  private static byte[] field(int number, byte[] body) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(number << 3 | 2);
    out.write(body.length);
    out.writeBytes(body);
    return out.toByteArray();
  }

  private static byte[] varint(int number, int value) {
    return new byte[] {(byte) (number << 3), (byte) value};
  }

  @Test
  @EnabledIf("dev.millrace.runtime.testing.Assets#present")
  void real_models_pass() {
    for (String model :
        new String[] {
          "tabular/card_fraud_heavy_gbdt.onnx",
          "text/banking77_light_tfidf_lr.onnx",
          "llm/tale-0.2m-kv-w16.onnx"
        }) {
      assertThatCode(() -> check(Assets.bytes(model))).doesNotThrowAnyException();
    }
  }

  @Test
  void a_tensor_that_lies_in_another_file_is_refused_wherever_it_hides() {
    byte[] byLocation = varint(14, 1);
    byte[] byEntry = field(13, new byte[] {10, 1, 'x'});
    for (byte[] external : new byte[][] {byLocation, byEntry}) {
      byte[] inGraph = field(7, field(5, external));
      byte[] inNode = field(7, field(1, field(5, field(5, external))));
      byte[] inBranch = field(7, field(1, field(5, field(6, field(5, external)))));
      byte[] inFunction =
          concat(field(7, new byte[0]), field(25, field(7, field(5, field(5, external)))), 2);
      // Field 25 needs two bytes of tag.
      assertRefused(inGraph);
      assertRefused(inNode);
      assertRefused(inBranch);
      assertRefused(inFunction);
    }
    assertThatCode(() -> check(field(7, field(5, varint(14, 0))))).doesNotThrowAnyException();
  }

  private static byte[] concat(byte[] first, byte[] second, int tagBytes) {
    byte[] body = Arrays.copyOfRange(second, 1, second.length);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(first);
    int tag = 25 << 3 | 2;
    assertThat(tagBytes).isEqualTo(2);
    out.write(tag & 0x7F | 0x80);
    out.write(tag >>> 7);
    out.writeBytes(body);
    return out.toByteArray();
  }

  private static void assertRefused(byte[] file) {
    assertThatThrownBy(() -> check(file))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("data in another file");
  }

  @Test
  void an_empty_file_and_nesting_without_end_are_refused() {
    assertThatThrownBy(() -> check(new byte[0])).hasMessageContaining("no graph");
    byte[] deep = {};
    for (int i = 0; i < 40; i++) {
      deep = longField(1, longField(5, longField(6, deep)));
    }
    byte[] model = longField(7, deep);
    assertThatThrownBy(() -> check(model)).hasMessageContaining("nested deeper");
  }

  private static byte[] longField(int number, byte[] body) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(number << 3 | 2);
    int length = body.length;
    while (length >= 0x80) {
      out.write(length & 0x7F | 0x80);
      length >>>= 7;
    }
    out.write(length);
    out.writeBytes(body);
    return out.toByteArray();
  }

  @Test
  @EnabledIf("dev.millrace.runtime.testing.Assets#present")
  void a_model_cut_short_anywhere_is_refused() {
    byte[] whole = Assets.bytes("tabular/card_fraud_light_lr.onnx");
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      try {
        check(cut);
      } catch (ProblemException refused) {
        assertThat(refused.problem().message()).contains("expected: an ONNX model");
      }
    }
  }

  /** Ten thousand flips: the envelope never fails otherwise than with a reason. */
  @Test
  @EnabledIf("dev.millrace.runtime.testing.Assets#present")
  void flipped_bits_never_escape() {
    byte[] whole = Assets.bytes("tabular/card_fraud_light_lr.onnx");
    Random random = new Random(11);
    for (int i = 0; i < 10_000; i++) {
      byte[] flipped = whole.clone();
      int bit = random.nextInt(flipped.length * 8);
      flipped[bit / 8] ^= (byte) (1 << (bit % 8));
      try {
        check(flipped);
      } catch (ProblemException refused) {
        assertThat(refused.problem().message()).startsWith("model: ");
      }
    }
  }
}
