package dev.millrace.runtime.remote;

import dev.millrace.domain.port.ModelRuntime.Result;
import dev.millrace.domain.task.Usage;
import dev.millrace.domain.tensor.DataType;
import dev.millrace.domain.tensor.Tensor;
import java.io.ByteArrayOutputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Embeddings: one document with a vector for each text, all of one width. */
final class VectorAnswer implements Answer {

  private static final int LONGEST = 64 << 20;
  private static final String OUTPUT = "embedding";

  private final int texts;
  private final ByteArrayOutputStream body = new ByteArrayOutputStream();

  /**
   * @param texts that were asked for
   */
  VectorAnswer(int texts) {
    this.texts = texts;
  }

  @Override
  public void read(byte[] bytes) {
    if (body.size() + bytes.length > LONGEST) {
      throw new Fault.Thrown(Faults.malformed("a document of more than " + LONGEST + " bytes"));
    }
    body.writeBytes(bytes);
  }

  @Override
  public @Nullable Result whole() {
    return null;
  }

  @Override
  public Result end() {
    Vectors vectors = Vectors.read(body.toByteArray(), texts);
    long[] shape = {texts, vectors.width()};
    Tensor tensor = new Tensor(OUTPUT, DataType.FP32, shape, vectors.packed());
    boolean counted = vectors.promptTokens() >= 0;
    return new Result(
        null,
        new Usage(counted ? vectors.promptTokens() : texts, 0),
        List.of(tensor),
        counted ? List.of() : List.of("estimated:usage"));
  }

  @Override
  public boolean begun() {
    return false;
  }

  @Override
  public boolean streamed() {
    return false;
  }
}
