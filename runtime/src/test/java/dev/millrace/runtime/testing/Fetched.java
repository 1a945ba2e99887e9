package dev.millrace.runtime.testing;

import dev.millrace.runtime.fetch.LlamaPackage;
import dev.millrace.runtime.fetch.PackageFetcher;
import dev.millrace.runtime.fetch.SmolLm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** The library and the model that tests fetch by name, once a checkout. */
public final class Fetched {

  private static final Path ROOT =
      Path.of(System.getProperty("millrace.home", ".."), "target", "fetched").toAbsolutePath();
  private static final PackageFetcher FETCHER = new PackageFetcher(System.out::println);

  private Fetched() {}

  /** A folder with libllama. */
  public static Path llama() {
    return fetched(() -> LlamaPackage.fetch(ROOT, FETCHER));
  }

  /** A folder with SmolLM2-135M-Instruct and its manifest. */
  public static Path smolLm() {
    return fetched(() -> SmolLm.fetch(ROOT, FETCHER));
  }

  @FunctionalInterface
  private interface Fetch {
    Path fetch() throws IOException, InterruptedException;
  }

  private static synchronized Path fetched(Fetch fetch) {
    try {
      return fetch.fetch();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    }
  }
}
