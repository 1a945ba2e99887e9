package dev.millrace.runtime.llama.bind;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.List;

/**
 * One function of the library. Called a few times a decode step, so the cost of boxed arguments is
 * lost in what the function does.
 */
final class NativeFunction {

  private final String name;
  private final MethodHandle handle;

  private NativeFunction(String name, MethodHandle handle) {
    this.name = name;
    this.handle = handle;
  }

  /**
   * @throws dev.millrace.domain.error.ProblemException when the library has no such function
   */
  static NativeFunction find(SymbolLookup library, String name, FunctionDescriptor shape) {
    MemorySegment address =
        library
            .find(name)
            .orElseThrow(() -> Refusals.library("no function " + name, "release 0.5"));
    return new NativeFunction(name, Linker.nativeLinker().downcallHandle(address, shape));
  }

  static NativeFunction returning(
      SymbolLookup library, String name, MemoryLayout result, MemoryLayout... arguments) {
    return find(library, name, FunctionDescriptor.of(result, arguments));
  }

  static NativeFunction silent(SymbolLookup library, String name, MemoryLayout... arguments) {
    return find(library, name, FunctionDescriptor.ofVoid(arguments));
  }

  int number(Object... arguments) {
    return (Integer) call(arguments);
  }

  boolean truth(Object... arguments) {
    return (Boolean) call(arguments);
  }

  MemorySegment address(Object... arguments) {
    return (MemorySegment) call(arguments);
  }

  void run(Object... arguments) {
    invoke(arguments);
  }

  private Object call(Object... arguments) {
    Object result = invoke(arguments);
    if (result == null) {
      throw new IllegalStateException(name + " gave nothing");
    }
    return result;
  }

  @SuppressWarnings("NullAway") // what a function without a result gives
  private Object invoke(Object... arguments) {
    try {
      return handle.invokeWithArguments(List.of(arguments));
    } catch (RuntimeException | Error failed) {
      throw failed;
    } catch (Throwable impossible) {
      throw new IllegalStateException(name + " failed", impossible);
    }
  }
}
