package dev.millrace.kernel.log;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** An entry with a text, which writes down what became of it. */
final class TestEntry implements LogEntry {

  final String text;
  final boolean sync;
  boolean essential;
  int type = 7;
  int tenant = 1;
  int keyId;
  long position = -1;
  final List<String> story = new ArrayList<>();
  Exception failure;

  private TestEntry(String text, boolean sync) {
    this.text = text;
    this.sync = sync;
  }

  /** One that asks for a sync. */
  static TestEntry accept(String text) {
    return new TestEntry(text, true);
  }

  /** One that asks for a sync and may use the reserve. */
  static TestEntry end(String text) {
    TestEntry entry = new TestEntry(text, true);
    entry.essential = true;
    return entry;
  }

  /** One that does not. */
  static TestEntry token(String text) {
    return new TestEntry(text, false);
  }

  boolean isDurable() {
    return story.contains("durable");
  }

  @Override
  public int type() {
    return type;
  }

  @Override
  public int tenant() {
    return tenant;
  }

  @Override
  public int keyId() {
    return keyId;
  }

  @Override
  public boolean wantsSync() {
    return sync;
  }

  @Override
  public boolean essential() {
    return essential;
  }

  @Override
  public void encode(ByteBuffer into) {
    for (int i = 0; i < text.length(); i++) {
      into.put((byte) text.charAt(i));
    }
  }

  @Override
  public void written(long at) {
    position = at;
    story.add("written");
  }

  @Override
  public void durable() {
    story.add("durable");
  }

  @Override
  public void failed(Exception reason) {
    failure = reason;
    story.add("failed");
  }
}
