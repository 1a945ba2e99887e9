package dev.millrace.control.manifest;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;

/** A version's folder, written by a test. */
public record Folder(Path path) {

  public static final String MANIFEST =
      """
      name: fraud
      version: "1"
      kind: tabular
      runtime: onnx
      files: {model: m.onnx}
      input: {features: "float32[16]"}
      output: {label: int64}
      steps: [run: {}]
      """;

  /** A tabular model that is right in everything. */
  public static Folder good(Path path) throws IOException {
    Files.createDirectories(path);
    return new Folder(path).with("m.onnx", OnnxBytes.simple()).manifest(MANIFEST);
  }

  public Folder manifest(String text) throws IOException {
    Files.writeString(path.resolve("model.yaml"), text);
    return this;
  }

  /** The good manifest with one line more. */
  public Folder line(String line) throws IOException {
    return manifest(MANIFEST + line + "\n");
  }

  /** The good manifest with one key's line in place of its own. */
  public Folder instead(String key, String line) throws IOException {
    return manifest(MANIFEST.replaceAll("(?m)^" + key + ":.*$", Matcher.quoteReplacement(line)));
  }

  public Folder with(String file, byte[] bytes) throws IOException {
    Path target = path.resolve(file);
    Files.createDirectories(target.getParent());
    Files.write(target, bytes);
    return this;
  }

  public Folder with(String file, String text) throws IOException {
    return with(file, text.getBytes(StandardCharsets.UTF_8));
  }
}
