package dev.millrace.server.worker;

import dev.millrace.control.config.LlamaConfig;
import dev.millrace.control.config.NodeConfig;
import dev.millrace.runtime.fetch.LlamaPackage;
import dev.millrace.runtime.llama.LlamaSettings;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** How llama.cpp is run, from the configuration, and on its way into a worker's process. */
public final class LlamaFlags {

  private static final String FOLDERS = "millrace.llama.folders";
  private static final String MEMORY = "millrace.llama.memory";
  private static final String THREADS = "millrace.llama.threads";

  private LlamaFlags() {}

  /** Where a node keeps libraries that it fetched. */
  public static Path libraries(NodeConfig config) {
    return Path.of(config.dataFolder()).toAbsolutePath().resolve("libraries");
  }

  public static LlamaSettings settings(NodeConfig config) {
    LlamaConfig llama = config.llama();
    List<Path> folders = new ArrayList<>();
    if (!llama.library().isEmpty()) {
      folders.add(Path.of(llama.library()).toAbsolutePath());
    }
    folders.add(LlamaPackage.folder(libraries(config)));
    int threads = llama.threads() == 0 ? LlamaSettings.usualThreads() : llama.threads();
    return new LlamaSettings(folders, llama.memoryBytes(), threads);
  }

  /** For the command line of a worker. */
  public static List<String> of(LlamaSettings settings) {
    return List.of(
        "-D"
            + FOLDERS
            + "="
            + String.join(
                File.pathSeparator, settings.folders().stream().map(Path::toString).toList()),
        "-D" + MEMORY + "=" + settings.memoryBytes(),
        "-D" + THREADS + "=" + settings.threads());
  }

  /** What the node wrote on this process's command line. */
  static LlamaSettings read() {
    List<Path> folders =
        Arrays.stream(System.getProperty(FOLDERS, "").split(File.pathSeparator))
            .filter(folder -> !folder.isEmpty())
            .map(Path::of)
            .toList();
    return new LlamaSettings(
        folders,
        Long.getLong(MEMORY, 1L << 30),
        Integer.getInteger(THREADS, LlamaSettings.usualThreads()));
  }
}
