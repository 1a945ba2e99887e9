package dev.millrace.control.registry;

import dev.millrace.control.manifest.FolderContents;
import dev.millrace.control.manifest.FolderContents.Entry;
import dev.millrace.control.manifest.FolderScanner;
import dev.millrace.control.manifest.ManifestReader;
import dev.millrace.control.yaml.Finding;
import dev.millrace.control.yaml.Findings;
import dev.millrace.control.yaml.InvalidDocument;
import dev.millrace.control.yaml.Place;
import dev.millrace.domain.model.ModelSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A version on the disk.
 *
 * @param folder its files
 * @param listing what they must be; null for a bundled one that is used where it lies
 * @param pinned the digest that the repository pins; null for an added one
 */
record Stored(
    String name, String version, Path folder, @Nullable Path listing, @Nullable String pinned) {

  static final String CONTENT = "content";

  static Stored of(BundledModels.Version bundled) {
    return new Stored(
        bundled.name(), bundled.version(), bundled.folder(), bundled.listing(), bundled.digest());
  }

  static Stored at(Path version, String name) {
    return new Stored(
        name,
        version.getFileName().toString(),
        version.resolve(CONTENT),
        version.resolve(Listing.FILE),
        null);
  }

  boolean bundled() {
    return pinned != null;
  }

  /** The digest that it must have; empty when even that cannot be read. */
  String digest() throws IOException {
    if (pinned != null) {
      return pinned;
    }
    try {
      return expected().digest();
    } catch (InvalidDocument e) {
      return "";
    }
  }

  /**
   * The files, with the digest that they must have.
   *
   * @throws InvalidDocument when they do not, with each file that differs
   */
  FolderContents contents() throws IOException {
    Findings findings = new Findings();
    FolderContents expected = expected();
    FolderContents found = scan(findings, expected.byPath());
    findings.throwIfAny();
    for (Mismatch mismatch : differences(found, expected)) {
      findings.add(
          Place.of(name + " " + version + ": " + mismatch.file()),
          "",
          mismatch.found(),
          mismatch.expected());
    }
    findings.throwIfAny();
    return found;
  }

  /**
   * What the manifest says.
   *
   * @throws DamagedModel when the version is not what it was, or cannot be read
   * @throws InvalidDocument when it has no such variant
   */
  ModelSpec spec(@Nullable String variant) throws IOException {
    FolderContents contents;
    ModelSpec usual;
    try {
      contents = contents();
      usual = named(ManifestReader.read(folder, contents, null));
    } catch (InvalidDocument damage) {
      throw new DamagedModel(damage.findings());
    } catch (IOException unreadable) {
      throw new DamagedModel(
          List.of(
              Finding.of(
                  Place.of(name + " " + version), "", unreadable.toString(), "readable files")));
    }
    return variant == null ? usual : ManifestReader.read(folder, contents, variant);
  }

  // The folder's names are the registry's; a manifest that says otherwise was put there by hand.
  private ModelSpec named(ModelSpec spec) {
    if (spec.name().equals(name) && spec.version().equals(version)) {
      return spec;
    }
    throw new InvalidDocument(
        Finding.of(
            Place.of(name + " " + version + ": " + ManifestReader.FILE),
            "",
            "name " + spec.name() + ", version " + spec.version(),
            name + ", " + version));
  }

  List<Mismatch> verify() throws IOException {
    List<Mismatch> mismatches = new ArrayList<>();
    try {
      Findings findings = new Findings();
      FolderContents found = scan(findings, Map.of());
      for (Finding finding : findings.list()) {
        mismatches.add(
            mismatch(finding.place().file(), finding.message(), "a file that may be there"));
      }
      mismatches.addAll(differences(found, expected()));
    } catch (InvalidDocument e) {
      e.findings().forEach(f -> mismatches.add(mismatch("", f.toString(), "a readable version")));
    }
    return mismatches;
  }

  private FolderContents scan(Findings findings, Map<String, Entry> known) throws IOException {
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      throw new InvalidDocument(
          Finding.of(Place.of(name + " " + version), "", "no folder", "its files"));
    }
    return FolderScanner.scan(folder, findings, known);
  }

  private FolderContents expected() throws IOException {
    return listing == null ? new FolderContents(List.of()) : Listing.read(listing);
  }

  private List<Mismatch> differences(FolderContents found, FolderContents expected) {
    List<Mismatch> mismatches = new ArrayList<>();
    if (listing != null) {
      mismatches.addAll(new Differences(name, version).between(found, expected));
    }
    if (mismatches.isEmpty() && pinned != null && !found.digest().equals(pinned)) {
      mismatches.add(mismatch("", "digest " + found.digest(), pinned + ", as bundled"));
    }
    return mismatches;
  }

  private Mismatch mismatch(String file, String found, String expected) {
    return new Mismatch(name, version, file, found, expected);
  }
}
