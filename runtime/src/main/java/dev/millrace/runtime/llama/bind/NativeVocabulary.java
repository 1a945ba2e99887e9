package dev.millrace.runtime.llama.bind;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.millrace.runtime.llama.port.Vocabulary;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The library's vocabulary of a model. What is asked for every token is read once. */
final class NativeVocabulary implements Vocabulary {

  private static final int PIECE_BYTES = 1_024;
  private static final long LONGEST_TEXT = 1 << 20;

  private final NativeApi api;
  private final MemorySegment vocabulary;
  private final int size;
  private final BitSet ends;
  private final List<String> controls;
  private final String beginText;
  private final String endText;
  private final @Nullable String template;

  private NativeVocabulary(NativeApi api, MemorySegment model) {
    this.api = api;
    this.vocabulary = api.vocabularyOf.address(model);
    this.size = api.tokens.number(vocabulary);
    this.ends = new BitSet(size);
    List<String> found = new ArrayList<>();
    for (int id = 0; id < size; id++) {
      if (api.endsGeneration.truth(vocabulary, id)) {
        ends.set(id);
      }
      if (api.isControl.truth(vocabulary, id)) {
        found.add(textOf(id));
      }
    }
    this.controls = List.copyOf(found);
    this.beginText = textOf(api.begin.number(vocabulary));
    this.endText = textOf(api.end.number(vocabulary));
    this.template = textAt(api.chatTemplate.address(model, MemorySegment.NULL));
  }

  static NativeVocabulary of(NativeApi api, MemorySegment model) {
    return new NativeVocabulary(api, model);
  }

  MemorySegment address() {
    return vocabulary;
  }

  private String textOf(int id) {
    String text = id < 0 ? null : textAt(api.textOf.address(vocabulary, id));
    return text == null ? "" : text;
  }

  private static @Nullable String textAt(MemorySegment text) {
    return text.equals(MemorySegment.NULL) ? null : text.reinterpret(LONGEST_TEXT).getString(0);
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public int[] encode(String text, boolean begin, boolean special) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocate(Math.max(1, utf8.length));
      MemorySegment.copy(utf8, 0, bytes, JAVA_BYTE, 0, utf8.length);
      // A token takes at least a byte, but for the one in front and a space that some put there.
      int most = utf8.length + 4;
      MemorySegment ids = arena.allocate(JAVA_INT, most);
      int count = api.tokenize.number(vocabulary, bytes, utf8.length, ids, most, begin, special);
      if (count < 0) {
        throw Refusals.failed("a text of " + utf8.length + " bytes gave " + -count + " tokens");
      }
      return ids.asSlice(0, 4L * count).toArray(JAVA_INT);
    }
  }

  @Override
  public byte[] bytes(int id) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(PIECE_BYTES);
      int count = api.piece.number(vocabulary, id, buffer, PIECE_BYTES, 0, false);
      if (count < 0) {
        buffer = arena.allocate(-count);
        count = api.piece.number(vocabulary, id, buffer, -count, 0, false);
      }
      return buffer.asSlice(0, Math.max(0, count)).toArray(JAVA_BYTE);
    }
  }

  @Override
  public boolean ends(int id) {
    return ends.get(id);
  }

  @Override
  public String beginText() {
    return beginText;
  }

  @Override
  public String endText() {
    return endText;
  }

  @Override
  public List<String> controlTexts() {
    return controls;
  }

  @Override
  public @Nullable String chatTemplate() {
    return template;
  }
}
