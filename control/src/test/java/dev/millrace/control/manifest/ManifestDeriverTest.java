package dev.millrace.control.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.domain.model.ModelSpec;
import dev.millrace.domain.model.ModelSpec.Kind;
import dev.millrace.domain.model.ModelSpec.RuntimeKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManifestDeriverTest {

  @TempDir Path temp;

  private String derive(byte[] bytes) throws IOException {
    Path file = Files.write(temp.resolve("m.bin"), bytes);
    return ManifestDeriver.derive(file, "mine", "1", "m.bin");
  }

  @Test
  void a_bare_onnx_file_gets_its_tensors_and_can_be_read_back() throws IOException {
    byte[] weight = new OnnxBytes().text(8, "w").bytes(9, new byte[64]).done();
    byte[] graph =
        new OnnxBytes()
            .bytes(5, weight)
            .bytes(11, OnnxBytes.value("image", 1, -1, 3, 224, -1))
            .bytes(11, OnnxBytes.value("w", 1, 16))
            .bytes(12, OnnxBytes.value("logits:0", 7, -1, 1000))
            .done();
    String text = derive(OnnxBytes.model(graph));
    Files.writeString(temp.resolve("model.yaml"), text);
    ModelSpec spec = ManifestReader.read(temp);
    assertThat(spec.kind()).isEqualTo(Kind.TENSOR);
    assertThat(spec.inputs()).hasSize(1);
    assertThat(spec.inputs().getFirst().name()).isEqualTo("image");
    assertThat(spec.inputs().getFirst().shape()).isEqualTo(List.of(3L, 224L, -1L));
    assertThat(spec.outputs().getFirst().type()).isEqualTo("int64");
    assertThat(spec.steps().getFirst().name()).isEqualTo("run");
  }

  @Test
  void a_fixed_number_of_rows_bounds_the_batch() throws IOException {
    byte[] graph =
        new OnnxBytes()
            .bytes(11, OnnxBytes.value("x", 1, 1, 4))
            .bytes(12, OnnxBytes.value("y", 1, 1, 4))
            .done();
    assertThat(derive(OnnxBytes.model(graph))).contains("defaults: {batch: {max: 1}}");
  }

  @Test
  void a_bare_gguf_file_becomes_a_generator() throws IOException {
    ByteBuffer gguf = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
    gguf.put("GGUF".getBytes()).putInt(3).putLong(5).putLong(7);
    String text = derive(gguf.array());
    Files.writeString(temp.resolve("model.yaml"), text);
    ModelSpec spec = ManifestReader.read(temp);
    assertThat(spec.runtime()).isEqualTo(RuntimeKind.LLAMA);
    assertThat(spec.kind()).isEqualTo(Kind.GENERATE);
  }

  @Test
  void a_gguf_header_that_lies_is_refused() {
    ByteBuffer gguf = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
    gguf.put("GGUF".getBytes()).putInt(3).putLong(Long.MAX_VALUE).putLong(7);
    assertThatThrownBy(() -> derive(gguf.array())).hasMessageContaining("9223372036854775807");
    gguf.putInt(4, 99);
    assertThatThrownBy(() -> derive(gguf.array())).hasMessageContaining("GGUF version 99");
    assertThatThrownBy(() -> derive("GGUF".getBytes())).hasMessageContaining("GGUF of 4 bytes");
  }

  @Test
  void what_is_no_tensor_cannot_be_derived() {
    byte[] map = new OnnxBytes().text(1, "probabilities").bytes(2, new byte[0]).done();
    byte[] graph = new OnnxBytes().bytes(12, map).done();
    assertThatThrownBy(() -> derive(OnnxBytes.model(graph)))
        .hasMessageContaining("output.probabilities: no tensor of a known type");
    assertThatThrownBy(() -> derive("text".getBytes()))
        .hasMessageContaining("format TEXT (expected: an ONNX or GGUF file)");
  }

  @Test
  void graphs_nested_without_end_are_refused() {
    byte[] graph = new byte[0];
    for (int i = 0; i < 30; i++) {
      byte[] attribute = new OnnxBytes().bytes(6, graph).done();
      graph = new OnnxBytes().bytes(1, new OnnxBytes().bytes(5, attribute).done()).done();
    }
    byte[] model = OnnxBytes.model(graph);
    assertThatThrownBy(() -> derive(model))
        .hasMessageContaining("nested 17 deep (expected: <= 16)");
  }
}
