package dev.millrace.domain.codec;

import dev.millrace.domain.stream.StreamEvent;
import dev.millrace.domain.stream.StreamEvent.End;
import dev.millrace.domain.stream.StreamEvent.Notice;
import dev.millrace.domain.stream.StreamEvent.Token;
import dev.millrace.domain.task.TaskState;
import dev.millrace.domain.task.Usage;
import dev.millrace.kernel.bytes.ByteSink;
import dev.millrace.kernel.bytes.ByteSource;
import dev.millrace.kernel.bytes.MalformedBytes;
import java.util.ArrayList;
import java.util.List;

/**
 * A stream's event: one byte for its sort, then its content; its number is the record's to keep.
 */
public final class EventCodec {

  private static final byte TOKEN = 0;
  private static final byte NOTICE = 1;
  private static final byte END = 2;
  private static final StreamEvent.Code[] CODES = StreamEvent.Code.values();
  private static final TaskState[] STATES = TaskState.values();

  private EventCodec() {}

  public static void write(ByteSink sink, StreamEvent event) {
    switch (event) {
      case Token(var id, var text) -> sink.putByte(TOKEN).putInt(id).putText(text);
      case Notice(var code, var attempt) ->
          sink.putByte(NOTICE).putByte(code.ordinal()).putInt(attempt);
      case End end -> {
        sink.putByte(END);
        writeEnd(sink, end);
      }
    }
  }

  public static StreamEvent read(ByteSource source) {
    byte sort = source.getByte();
    return switch (sort) {
      case TOKEN -> new Token(source.getInt(), source.getText());
      case NOTICE -> new Notice(source.getEnum(CODES), source.getInt());
      case END -> readEnd(source);
      default -> throw new MalformedBytes("an event of sort " + sort + " (expected: 0..2)");
    };
  }

  private static void writeEnd(ByteSink sink, End end) {
    sink.putByte(end.state().ordinal())
        .putOptionalText(end.finishReason())
        .putInt(end.usage().promptTokens())
        .putInt(end.usage().completionTokens())
        .putInt(end.labels().size());
    end.labels().forEach(sink::putText);
    TensorCodec.writeAll(sink, end.outputs());
    sink.putBoolean(end.problem() != null);
    if (end.problem() != null) {
      ProblemCodec.write(sink, end.problem());
    }
  }

  private static End readEnd(ByteSource source) {
    TaskState state = source.getEnum(STATES);
    if (!state.isTerminal()) {
      throw new MalformedBytes("an end in state " + state + " (expected: a terminal one)");
    }
    String finishReason = source.getOptionalText();
    Usage usage = new Usage(source.getInt(), source.getInt());
    int count = source.getCount(4);
    List<String> labels = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      labels.add(source.getText());
    }
    var outputs = TensorCodec.readAll(source);
    var problem = source.getBoolean() ? ProblemCodec.read(source) : null;
    return new End(state, finishReason, usage, labels, outputs, problem);
  }
}
