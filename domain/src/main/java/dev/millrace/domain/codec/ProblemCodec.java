package dev.millrace.domain.codec;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.kernel.bytes.ByteSink;
import dev.millrace.kernel.bytes.ByteSource;
import dev.millrace.kernel.bytes.MalformedBytes;

/** A problem: its code's stable number, so that the table may be reordered; message; field. */
public final class ProblemCodec {

  private static final ErrorCode[] CODES = ErrorCode.values();

  private ProblemCodec() {}

  public static void write(ByteSink sink, Problem problem) {
    sink.putShort(problem.code().number())
        .putText(problem.message())
        .putOptionalText(problem.field())
        .putLong(problem.retryAfterMillis());
  }

  public static Problem read(ByteSource source) {
    return new Problem(
        code(source.getShort()), source.getText(), source.getOptionalText(), source.getLong());
  }

  private static ErrorCode code(int number) {
    for (ErrorCode code : CODES) {
      if (code.number() == number) {
        return code;
      }
    }
    throw new MalformedBytes("an error numbered " + number + " (expected: one of the table)");
  }
}
