package dev.millrace.domain.codec;

import dev.millrace.kernel.bytes.ByteSink;
import dev.millrace.kernel.bytes.ByteSource;
import dev.millrace.kernel.bytes.MalformedBytes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Declared options: numbers (Long, Double), texts, truth values, lists and maps of them. */
final class OptionsCodec {

  private static final byte TEXT = 0;
  private static final byte LONG = 1;
  private static final byte DOUBLE = 2;
  private static final byte BOOLEAN = 3;
  private static final byte LIST = 4;
  private static final byte MAP = 5;
  // As deep as a manifest may nest its values, so that a worker takes what its node took.
  private static final int DEEPEST = 24;

  private OptionsCodec() {}

  static void writeMap(ByteSink sink, Map<String, Object> map) {
    sink.putInt(map.size());
    map.forEach(
        (key, value) -> {
          sink.putText(key);
          write(sink, value);
        });
  }

  static Map<String, Object> readMap(ByteSource source) {
    return readMap(source, 0);
  }

  private static void write(ByteSink sink, Object value) {
    switch (value) {
      case String text -> sink.putByte(TEXT).putText(text);
      case Long number -> sink.putByte(LONG).putLong(number);
      case Double number -> sink.putByte(DOUBLE).putDouble(number);
      case Boolean truth -> sink.putByte(BOOLEAN).putBoolean(truth);
      case List<?> list -> {
        sink.putByte(LIST).putInt(list.size());
        list.forEach(element -> write(sink, element));
      }
      case Map<?, ?> map -> {
        sink.putByte(MAP).putInt(map.size());
        map.forEach(
            (key, element) -> {
              sink.putText((String) key);
              write(sink, element);
            });
      }
      default ->
          throw new IllegalArgumentException(
              "an option of " + value.getClass() + " (expected: text, number, truth, list, map)");
    }
  }

  private static Map<String, Object> readMap(ByteSource source, int depth) {
    int count = source.getCount(5);
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      map.put(source.getText(), read(source, depth + 1));
    }
    return map;
  }

  private static Object read(ByteSource source, int depth) {
    if (depth > DEEPEST) {
      throw new MalformedBytes("options nested " + depth + " deep (expected: <= " + DEEPEST + ")");
    }
    byte sort = source.getByte();
    return switch (sort) {
      case TEXT -> source.getText();
      case LONG -> source.getLong();
      case DOUBLE -> source.getDouble();
      case BOOLEAN -> source.getBoolean();
      case LIST -> {
        int count = source.getCount(1);
        List<Object> list = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
          list.add(read(source, depth + 1));
        }
        yield list;
      }
      case MAP -> readMap(source, depth);
      default -> throw new MalformedBytes("an option of sort " + sort + " (expected: 0..5)");
    };
  }
}
