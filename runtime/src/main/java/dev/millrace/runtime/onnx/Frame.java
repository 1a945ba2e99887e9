package dev.millrace.runtime.onnx;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.error.ProblemException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One attempt on its way through the steps: named columns, of which the last set is the current
 * one. Used by one thread.
 */
final class Frame {

  private final Map<String, Column> columns = new LinkedHashMap<>();
  private final List<String> labels = new ArrayList<>(0);
  private String current = "";
  private boolean raw;
  private int tokens;
  private @Nullable Views views;
  private @Nullable Problem problem;

  void put(String name, Column column) {
    columns.put(name, column);
    current = name;
  }

  /** Puts a column without making it the current one. */
  void putBeside(String name, Column column) {
    columns.put(name, column);
  }

  /** Takes away the current column and puts another. */
  void replace(String name, Column column) {
    columns.remove(current);
    put(name, column);
  }

  void remove(String name) {
    columns.remove(name);
  }

  void clear() {
    columns.clear();
    current = "";
  }

  String currentName() {
    return current;
  }

  void select(String name) {
    column(name);
    current = name;
  }

  Column current() {
    return column(current);
  }

  Column column(String name) {
    Column column = columns.get(name);
    if (column == null) {
      throw defect("no value named " + name + " (there are: " + columns.keySet() + ")");
    }
    return column;
  }

  @Nullable Column find(String name) {
    return columns.get(name);
  }

  Map<String, Column> columns() {
    return columns;
  }

  /** The current column as floats, which the manifest's order of steps must have made so. */
  Column.Floats floats(String step) {
    if (current() instanceof Column.Floats floats) {
      return floats;
    }
    throw mismatch(step, "numbers");
  }

  ProblemException mismatch(String step, String expected) {
    return defect(
        step + ": " + current + " is " + current().describe() + " (expected: " + expected + ")");
  }

  private static ProblemException defect(String message) {
    return new ProblemException(Problem.of(ErrorCode.RUNTIME_FAILED, message));
  }

  void label(String label) {
    if (!labels.contains(label)) {
      labels.add(label);
    }
  }

  List<String> labels() {
    return labels;
  }

  void addTokens(int count) {
    tokens += count;
  }

  int tokens() {
    return tokens;
  }

  /** Remembers what the model sees, for the boxes it will find. */
  void see(Views seen) {
    views = seen;
  }

  /** What the model saw of the pictures, or null where it saw none. */
  @Nullable Views views() {
    return views;
  }

  /** Whether bare tensors were given: the steps before the first run are for others. */
  boolean isRaw() {
    return raw;
  }

  void markRaw() {
    raw = true;
  }

  void fail(Problem reason) {
    problem = reason;
  }

  boolean alive() {
    return problem == null;
  }

  @Nullable Problem problem() {
    return problem;
  }
}
