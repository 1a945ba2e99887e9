package dev.millrace.control.config;

import dev.millrace.control.yaml.Place;
import java.util.HashMap;
import java.util.Map;

/** What one section says: the value of each of its keys, and where it stands. One thread. */
final class Values {

  private final Map<Key<?>, Object> values = new HashMap<>();
  private final Map<Key<?>, Place> places = new HashMap<>();
  private final String path;
  private final Place place;

  /**
   * @param path of the section, such as {@code http} or {@code pools[0]}
   * @param place where the section begins
   */
  Values(String path, Place place) {
    this.path = path;
    this.place = place;
  }

  <T> void set(Key<T> key, T value, Place where) {
    values.put(key, value);
    places.put(key, where);
  }

  /** The value written, or the default. */
  @SuppressWarnings("unchecked")
  <T> T get(Key<T> key) {
    Object value = values.get(key);
    if (value == null) {
      value = key.absent();
    }
    if (value == null) {
      throw new IllegalStateException(pathOf(key) + " is required and was not checked");
    }
    return (T) value;
  }

  boolean has(Key<?> key) {
    return values.containsKey(key);
  }

  Place placeOf(Key<?> key) {
    return places.getOrDefault(key, place);
  }

  Place place() {
    return place;
  }

  String pathOf(Key<?> key) {
    return path + "." + key.name();
  }
}
