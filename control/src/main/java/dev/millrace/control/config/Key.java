package dev.millrace.control.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One key of the configuration.
 *
 * @param name inside its section
 * @param type how it is written and what it becomes
 * @param absent its value when nothing is written; null when one must be written
 * @param help one sentence for the reference
 */
record Key<T>(String name, KeyType<T> type, @Nullable T absent, String help) {

  static Key<Integer> whole(
      String name, int absent, int least, int most, String unit, String help) {
    return new Key<>(name, new KeyType.Whole(least, most, unit), absent, help);
  }

  /** Kept in milliseconds, written with a unit. */
  static Key<Long> time(String name, String absent, String least, String most, String help) {
    KeyType.Time type = new KeyType.Time(millis(least), millis(most));
    return new Key<>(name, type, millis(absent), help);
  }

  /** Kept in bytes, written with a unit. */
  static Key<Long> size(String name, String absent, String least, String most, String help) {
    KeyType.Size type = new KeyType.Size(bytes(least), bytes(most));
    return new Key<>(name, type, bytes(absent), help);
  }

  static Key<Boolean> truth(String name, boolean absent, String help) {
    return new Key<>(name, KeyType.Truth.INSTANCE, absent, help);
  }

  /**
   * @param absent empty for one that may be left out
   */
  static Key<String> text(String name, String absent, String pattern, String help) {
    return new Key<>(name, new KeyType.Text(pattern), absent, help);
  }

  static Key<String> required(String name, String pattern, String help) {
    return new Key<>(name, new KeyType.Text(pattern), null, help);
  }

  static <E extends Enum<E>> Key<E> choice(String name, Class<E> type, E absent, String help) {
    return new Key<>(name, new KeyType.Choice<>(List.of(type.getEnumConstants())), absent, help);
  }

  static Key<List<String>> texts(String name, String pattern, int most, String help) {
    return new Key<>(name, new KeyType.Texts(pattern, most), List.of(), help);
  }

  private static long millis(String text) {
    return KeyType.required(Units.millis(text), text);
  }

  private static long bytes(String text) {
    return KeyType.required(Units.bytes(text), text);
  }
}
