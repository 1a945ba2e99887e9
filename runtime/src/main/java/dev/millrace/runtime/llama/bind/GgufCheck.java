package dev.millrace.runtime.llama.bind;

import dev.millrace.domain.error.ProblemException;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Reads through a GGUF file's header, metadata and table of tensors, and holds every count, length
 * and offset against the file before native code maps it. Values are not looked at: the library
 * does that.
 *
 * <p>The format stands in the document docs/gguf.md of ggml-org/ggml.
 */
final class GgufCheck {

  private static final int MAGIC = 0x46554747;
  private static final int MOST_DIMENSIONS = 4;
  private static final int LONGEST_NAME = 1 << 16;
  private static final int DEEPEST_ARRAY = 2;
  private static final int TEXT = 8;
  private static final int ARRAY = 9;
  private static final int LEAST_PAIR = 13;
  private static final int LEAST_TENSOR = 24;
  private static final String ALIGNMENT = "general.alignment";
  private static final int MOST_ALIGNMENT = 1 << 16;

  /** Bytes of a value by its type; 0 for those with a length of their own. */
  private static final int[] VALUE_BYTES = {1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8};

  private final GgufReader file;
  private long alignment = 32;

  private GgufCheck(GgufReader file) {
    this.file = file;
  }

  /**
   * @throws ProblemException with the value found and the value expected
   */
  static void check(Path path) {
    try (GgufReader reader = new GgufReader(path)) {
      new GgufCheck(reader).check();
    } catch (IOException failed) {
      throw Refusals.failed(
          path.getFileName() + ": cannot be read: " + failed.getClass().getSimpleName());
    }
  }

  private void check() throws IOException {
    long magic = file.unsignedInt();
    long version = file.unsignedInt();
    if (magic != MAGIC || version < 2 || version > 3) {
      throw file.malformed("magic " + magic + ", version " + version, "GGUF 2..3");
    }
    long tensors = file.count(LEAST_TENSOR);
    long pairs = file.count(LEAST_PAIR);
    for (long pair = 0; pair < pairs; pair++) {
      pair();
    }
    long end = 0;
    for (long tensor = 0; tensor < tensors; tensor++) {
      end = Math.max(end, tensorEnd());
    }
    long data = (file.position() + alignment - 1) / alignment * alignment;
    if (end > file.size() - data) {
      throw file.malformed(
          "tensors up to " + end + " behind " + data, "within " + file.size() + " bytes");
    }
  }

  private void pair() throws IOException {
    String key = file.text(LONGEST_NAME);
    int type = type();
    if (!key.equals(ALIGNMENT)) {
      value(type, 0);
      return;
    }
    alignment = type == 4 ? file.unsignedInt() : 0;
    if (alignment < 8 || alignment > MOST_ALIGNMENT || Long.bitCount(alignment) != 1) {
      throw file.malformed("alignment " + alignment, "a power of two, 8.." + MOST_ALIGNMENT);
    }
  }

  private int type() throws IOException {
    long type = file.unsignedInt();
    if (type >= VALUE_BYTES.length) {
      throw file.malformed("a value of type " + type, "0.." + (VALUE_BYTES.length - 1));
    }
    return (int) type;
  }

  private void value(int type, int depth) throws IOException {
    switch (type) {
      case TEXT -> file.skip(file.count(1));
      case ARRAY -> {
        if (depth == DEEPEST_ARRAY) {
          throw file.malformed("arrays of arrays of arrays", "at most " + DEEPEST_ARRAY + " deep");
        }
        array(type(), depth + 1);
      }
      default -> file.skip(VALUE_BYTES[type]);
    }
  }

  private void array(int type, int depth) throws IOException {
    int least = type == TEXT ? 8 : type == ARRAY ? 12 : VALUE_BYTES[type];
    long count = file.count(least);
    if (type != TEXT && type != ARRAY) {
      file.skip(count * least);
      return;
    }
    for (long element = 0; element < count; element++) {
      value(type, depth);
    }
  }

  /** Where a tensor's bytes end, from the beginning of all data. */
  private long tensorEnd() throws IOException {
    file.text(LONGEST_NAME);
    long dimensions = file.unsignedInt();
    if (dimensions > MOST_DIMENSIONS) {
      throw file.malformed(dimensions + " dimensions", "at most " + MOST_DIMENSIONS);
    }
    long elements = 1;
    for (int i = 0; i < dimensions; i++) {
      long size = file.unsignedLong();
      // No element is smaller than a sixteenth of a byte.
      if (size < 1 || size > file.size() * 16 / elements) {
        throw file.malformed("a dimension of " + size, "one that the file can hold");
      }
      elements *= size;
    }
    long type = file.unsignedInt();
    long offset = file.unsignedLong();
    if (offset < 0 || offset > file.size() || offset % alignment != 0) {
      throw file.malformed("an offset of " + offset, "within the file, by " + alignment);
    }
    return offset + TensorTypes.bytes((int) Math.min(type, Integer.MAX_VALUE), elements);
  }
}
