package dev.millrace.runtime.llama.bind;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where the library's files lie in a folder. Their names carry the version, such as {@code
 * libllama.v0.5.0.so}.
 *
 * @param folder which also has the variants for kinds of processors
 */
record LibraryFiles(Path folder, Path llama, Path ggml) {

  /**
   * @return null when the folder has none
   */
  static @Nullable LibraryFiles in(Path folder) {
    if (!Files.isDirectory(folder)) {
      return null;
    }
    try (Stream<Path> entries = Files.list(folder)) {
      List<Path> files = entries.sorted().toList();
      Path llama = find(files, "(lib)?llama(\\.v?[0-9.]+)?");
      Path ggml = find(files, "(lib)?ggml(\\.v?[0-9.]+)?");
      return llama == null || ggml == null ? null : new LibraryFiles(folder, llama, ggml);
    } catch (IOException unreadable) {
      throw Refusals.library("a folder that cannot be read", "a readable one");
    }
  }

  private static @Nullable Path find(List<Path> files, String stem) {
    for (Path file : files) {
      String name = file.getFileName().toString();
      if (name.matches(stem + "(\\.so(\\.[0-9.]+)?|\\.dylib|\\.dll)")) {
        return file;
      }
    }
    return null;
  }
}
