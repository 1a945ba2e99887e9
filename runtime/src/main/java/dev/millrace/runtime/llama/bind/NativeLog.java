package dev.millrace.runtime.llama.bind;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the library's own lines, which would go to standard error: errors only, the rest quietly.
 */
final class NativeLog {

  private static final Logger LOG = LoggerFactory.getLogger("dev.millrace.llama");
  private static final int ERROR = 4;
  private static final int LONGEST_LINE = 4_096;

  private NativeLog() {}

  static void attach(SymbolLookup llama) {
    NativeFunction.silent(llama, "llama_log_set", ADDRESS, ADDRESS)
        .run(
            Linker.nativeLinker()
                .upcallStub(
                    handle(),
                    FunctionDescriptor.ofVoid(JAVA_INT, ADDRESS, ADDRESS),
                    Arena.global()),
            MemorySegment.NULL);
  }

  private static MethodHandle handle() {
    try {
      return MethodHandles.lookup()
          .findStatic(
              NativeLog.class,
              "line",
              MethodType.methodType(
                  void.class, int.class, MemorySegment.class, MemorySegment.class));
    } catch (ReflectiveOperationException absent) {
      throw new IllegalStateException("the method below", absent);
    }
  }

  /** From native code: nothing may be thrown out of here. */
  @SuppressWarnings("UnusedVariable") // the shape is the library's
  static void line(int level, MemorySegment text, MemorySegment data) {
    if (level != ERROR && !LOG.isDebugEnabled()) {
      return;
    }
    String line = bounded(text);
    if (level == ERROR) {
      LOG.warn("{}", line);
    } else {
      LOG.debug("{}", line);
    }
  }

  private static String bounded(MemorySegment text) {
    MemorySegment bytes = text.reinterpret(LONGEST_LINE);
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < LONGEST_LINE; i++) {
      byte value = bytes.get(JAVA_BYTE, i);
      if (value == 0) {
        break;
      }
      line.append(value >= ' ' && value < 127 ? (char) value : ' ');
    }
    return line.toString().strip();
  }
}
