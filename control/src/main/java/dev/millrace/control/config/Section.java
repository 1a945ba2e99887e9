package dev.millrace.control.config;

import java.util.List;

/**
 * A group of keys under one name.
 *
 * @param name at the top level of the file
 * @param list whether the name holds a list of such groups
 * @param keys in the order of the reference
 * @param help one sentence for the reference
 */
record Section(String name, boolean list, List<Key<?>> keys, String help) {

  static Section of(String name, String help, Key<?>... keys) {
    return new Section(name, false, List.of(keys), help);
  }

  static Section listOf(String name, String help, Key<?>... keys) {
    return new Section(name, true, List.of(keys), help);
  }

  List<String> keyNames() {
    return keys.stream().map(Key::name).toList();
  }
}
