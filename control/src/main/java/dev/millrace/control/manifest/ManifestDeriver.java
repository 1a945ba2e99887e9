package dev.millrace.control.manifest;

import dev.millrace.control.yaml.Finding;
import dev.millrace.control.yaml.InvalidDocument;
import dev.millrace.control.yaml.JsonText;
import dev.millrace.control.yaml.Place;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Writes the manifest of a bare model file, for its owner to read and edit: the bare tensors of an
 * ONNX file, or a generator over a GGUF file.
 */
public final class ManifestDeriver {

  private ManifestDeriver() {}

  /**
   * @param file ONNX or GGUF, told by its bytes
   * @param fileName what it will be called in the version's folder
   * @return the text of a {@code model.yaml}
   * @throws InvalidDocument when it is neither, or takes or gives what is no tensor
   */
  public static String derive(Path file, String name, String version, String fileName)
      throws IOException {
    long size = Files.size(file);
    FileFormat.Detected detected = FileFormat.detect(file, size);
    FileFormat format = detected.format();
    Place place = Place.of(fileName);
    if (format == FileFormat.GGUF) {
      return head(name, version, "generate", "llama", fileName);
    }
    if (format != FileFormat.ONNX) {
      String found = format == null ? detected.reason() : "format " + format;
      throw new InvalidDocument(Finding.of(place, "", found, "an ONNX or GGUF file"));
    }
    try (SeekableByteChannel channel = Sha256.open(file)) {
      OnnxOutline outline = OnnxOutline.read(channel, size);
      return head(name, version, "tensor", "onnx", fileName)
          + fields("input", outline.inputs(), place)
          + "steps:\n  - run: {}\n"
          + fields("output", outline.outputs(), place)
          + batch(outline.inputs());
    }
  }

  private static String head(
      String name, String version, String kind, String runtime, String fileName) {
    return String.format(
        Locale.ROOT,
        "name: %s\nversion: %s\nkind: %s\nruntime: %s\nfiles: {model: %s}\n",
        name,
        JsonText.compact(version),
        kind,
        runtime,
        JsonText.compact(fileName));
  }

  private static String fields(String key, List<OnnxValue> values, Place place) {
    StringBuilder out = new StringBuilder(key).append(":\n");
    for (OnnxValue value : values) {
      if (value.type().isEmpty()) {
        throw new InvalidDocument(
            Finding.of(place, key + "." + value.name(), "no tensor of a known type", "a tensor"));
      }
      // The outermost size counts rows, which a manifest does not declare.
      String shape =
          value.shape().stream().skip(1).map(String::valueOf).collect(Collectors.joining(", "));
      out.append("  ").append(JsonText.compact(value.name())).append(": {type: ");
      out.append(value.type()).append(", shape: [").append(shape).append("]}\n");
    }
    return out.toString();
  }

  private static String batch(List<OnnxValue> inputs) {
    long rows =
        inputs.stream()
            .filter(input -> !input.shape().isEmpty() && input.shape().getFirst() > 0)
            .mapToLong(input -> input.shape().getFirst())
            .min()
            .orElse(0);
    return rows == 0 ? "" : "defaults: {batch: {max: " + Math.min(rows, 1_024) + "}}\n";
  }
}
