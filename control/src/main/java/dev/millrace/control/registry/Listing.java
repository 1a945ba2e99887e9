package dev.millrace.control.registry;

import dev.millrace.control.manifest.FileFormat;
import dev.millrace.control.manifest.FolderContents;
import dev.millrace.control.manifest.FolderContents.Entry;
import dev.millrace.control.yaml.Finding;
import dev.millrace.control.yaml.InvalidDocument;
import dev.millrace.control.yaml.Place;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the files of an added version must be, kept beside them: a line a file with SHA-256, size,
 * time of change in nanoseconds, format and path, blanks between.
 */
final class Listing {

  static final String FILE = "listing";

  private static final Pattern LINE =
      Pattern.compile("([0-9a-f]{64}) ([0-9]{1,18}) (-?[0-9]{1,19}) (ONNX|GGUF|JSON|TEXT) (\\S+)");
  private static final long LARGEST = 1 << 20;

  private Listing() {}

  static String write(FolderContents contents) {
    StringBuilder out = new StringBuilder();
    for (Entry file : contents.files()) {
      out.append(file.sha256()).append(' ').append(file.size()).append(' ');
      out.append(file.modifiedNanos()).append(' ').append(file.format());
      out.append(' ').append(file.path()).append('\n');
    }
    return out.toString();
  }

  /**
   * @throws InvalidDocument when the file is absent or not as written
   */
  static FolderContents read(Path file) throws IOException {
    Place place = Place.of(FILE);
    if (!Files.isRegularFile(file) || Files.size(file) > LARGEST) {
      throw new InvalidDocument(Finding.of(place, "", "no listing", "one beside the files"));
    }
    List<Entry> entries = new ArrayList<>();
    try {
      for (String line : Files.readAllLines(file)) {
        entries.add(entry(line));
      }
    } catch (CharacterCodingException | IllegalArgumentException unreadable) {
      // One damaged listing breaks one version, and must not hide the others.
      throw new InvalidDocument(
          Finding.of(
              new Place(place.file(), entries.size() + 1, 0),
              "",
              "an unreadable line",
              "SHA-256, size, time, format, path"));
    }
    return new FolderContents(entries);
  }

  private static Entry entry(String line) {
    Matcher matcher = LINE.matcher(line);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(line);
    }
    return new Entry(
        matcher.group(5),
        Long.parseLong(matcher.group(2)),
        matcher.group(1),
        Long.parseLong(matcher.group(3)),
        FileFormat.valueOf(matcher.group(4)));
  }

  /** As {@link #read}, but of a listing that cannot be used nothing is known. */
  static FolderContents readIfWhole(Path file) throws IOException {
    try {
      return read(file);
    } catch (InvalidDocument unusable) {
      return new FolderContents(List.of());
    }
  }
}
