package dev.millrace.runtime.onnx;

import org.jspecify.annotations.Nullable;

/**
 * What a step takes and how it names what it makes: options {@code input} (default: the current
 * value) and {@code output} (default: the same name).
 */
record Target(@Nullable String input, @Nullable String output) {

  static Target of(Options options) {
    String input = options.text("input", "");
    String output = options.text("output", "");
    return new Target(input.isEmpty() ? null : input, output.isEmpty() ? null : output);
  }

  String name(Frame frame) {
    return input == null ? frame.currentName() : input;
  }

  Column column(Frame frame) {
    if (input != null) {
      frame.select(input);
    }
    return frame.current();
  }

  Column.Floats floats(Frame frame, String step) {
    column(frame);
    return frame.floats(step);
  }

  void replace(Frame frame, Column column) {
    frame.replace(output == null ? frame.currentName() : output, column);
  }
}
