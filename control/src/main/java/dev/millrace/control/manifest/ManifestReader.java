package dev.millrace.control.manifest;

import dev.millrace.control.yaml.Finding;
import dev.millrace.control.yaml.Findings;
import dev.millrace.control.yaml.InvalidDocument;
import dev.millrace.control.yaml.MapReader;
import dev.millrace.control.yaml.Place;
import dev.millrace.control.yaml.YamlNode;
import dev.millrace.control.yaml.YamlReader;
import dev.millrace.domain.model.ModelSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Reads a version's folder: its manifest, held against the files that lie beside it. */
public final class ManifestReader {

  /** The manifest's name in every version's folder. */
  public static final String FILE = "model.yaml";

  private static final int MOST_BYTES = 256 << 10;

  private ManifestReader() {}

  /**
   * Reads a folder and hashes all of its files.
   *
   * @throws InvalidDocument with everything that is wrong
   */
  public static ModelSpec read(Path folder) throws IOException {
    return read(folder, (String) null);
  }

  /**
   * As {@link #read(Path)}, with one of the manifest's variants.
   *
   * @param variant its name, or null for the default one
   */
  public static ModelSpec read(Path folder, @Nullable String variant) throws IOException {
    Path real = realFolder(folder);
    Findings findings = new Findings();
    FolderContents contents = FolderScanner.scan(real, findings);
    findings.throwIfAny();
    return read(real, contents, variant);
  }

  /**
   * Reads the manifest of a folder whose files are known.
   *
   * @param folder a real path
   * @throws InvalidDocument with everything that is wrong
   */
  public static ModelSpec read(Path folder, FolderContents contents, @Nullable String variant)
      throws IOException {
    FolderContents.Entry entry = contents.file(FILE);
    if (entry == null) {
      throw new InvalidDocument(Finding.of(Place.of(FILE), "", "no manifest", "a file " + FILE));
    }
    Path file = folder.resolve(FILE);
    YamlNode.Mapping root = new YamlReader(MOST_BYTES).read(file, FILE);
    Findings findings = new Findings();
    ModelSpec spec =
        new ManifestParser(new MapReader(root, "", findings), findings, folder, contents)
            .parse(variant);
    findings.throwIfAny();
    return spec;
  }

  private static Path realFolder(Path folder) throws IOException {
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      throw new InvalidDocument(
          Finding.of(
              Place.of(String.valueOf(folder.getFileName())),
              "",
              Files.exists(folder, LinkOption.NOFOLLOW_LINKS) ? "no folder" : "nothing there",
              "a folder with a " + FILE));
    }
    return folder.toRealPath();
  }
}
