package dev.millrace.control.registry;

import dev.millrace.control.manifest.FolderContents;
import dev.millrace.control.manifest.ManifestReader;
import dev.millrace.control.manifest.ModelNames;
import dev.millrace.control.yaml.Finding;
import dev.millrace.control.yaml.InvalidDocument;
import dev.millrace.control.yaml.Place;
import dev.millrace.domain.model.ModelSpec;
import dev.millrace.domain.model.ModelSpec.Isolation;
import dev.millrace.domain.model.ModelSpec.RuntimeKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Every version of every model that this node has, bundled or added. Reads the disk at each call
 * and keeps nothing, so another process may add while a node serves.
 */
public final class ModelRegistry {

  private static final Comparator<Stored> NEWEST_LAST =
      Comparator.comparing(Stored::name)
          .thenComparing(Stored::version, ModelNames::compareVersions);

  private final Path models;
  private final BundledModels bundled;
  private final Set<RuntimeKind> runnable;
  private final Approvals approvals;

  private ModelRegistry(Path models, BundledModels bundled, Set<RuntimeKind> runnable) {
    this.models = models;
    this.bundled = bundled;
    this.runnable = Set.copyOf(runnable);
    this.approvals = new Approvals(models.resolve(".approvals"));
  }

  /**
   * @param dataFolder the node's; made when it is not there
   * @param runnable the runtimes that this program has
   */
  public static ModelRegistry open(
      Path dataFolder, BundledModels bundled, Set<RuntimeKind> runnable) throws IOException {
    Path models = Files.createDirectories(dataFolder.resolve("models")).toRealPath();
    IncomingModel.sweep(models);
    return new ModelRegistry(models, bundled, runnable);
  }

  /**
   * Adds a version: a folder with a manifest, or a bare ONNX or GGUF file whose manifest is
   * derived. Whole or not at all; adding the same bytes again changes nothing.
   *
   * @param name must be the manifest's; of a bare file it becomes the name
   * @param isolation {@code IN_PROCESS} approves the digest to run in the node, {@code WORKER}
   *     takes an earlier approval back; null leaves it to the manifest, within what is approved
   * @throws InvalidDocument with everything that is wrong
   */
  public AddedModel add(String name, Path source, @Nullable Isolation isolation)
      throws IOException {
    if (!ModelNames.isName(name)) {
      throw invalid("name", name, ModelNames.NAME_EXPECTED);
    }
    AddedModel added;
    try (IncomingModel incoming = IncomingModel.begin(models)) {
      added = incoming.take(name, source, bundledDigest(name));
      if (isolation == Isolation.IN_PROCESS) {
        approvals.add(added.spec().digest());
      } else if (isolation == Isolation.WORKER) {
        approvals.remove(added.spec().digest());
      }
    }
    return added;
  }

  /** Whether there is a version of that name, be it usable or not. */
  public boolean has(String name) throws IOException {
    return stored().stream().anyMatch(stored -> stored.name().equals(name));
  }

  /** All versions, by name, the newest of each last. */
  public List<ModelVersion> list() throws IOException {
    List<ModelVersion> versions = new ArrayList<>();
    for (Stored stored : stored()) {
      versions.add(describe(stored));
    }
    return versions;
  }

  /** Hashes every file again and tells of each that is not what it was. */
  public List<Mismatch> verify() throws IOException {
    List<Mismatch> mismatches = new ArrayList<>();
    for (Stored stored : stored()) {
      mismatches.addAll(stored.verify());
    }
    return mismatches;
  }

  /**
   * A version to deploy. Its files have the recorded digest, or it is refused; the runtime holds
   * each file against its own hash again before parsing it.
   *
   * @param version null for the newest
   * @param variant null for the manifest's default
   * @throws DamagedModel when it is there but not what it was
   * @throws InvalidDocument when there is no such version, or nothing here runs it
   */
  public ModelSpec spec(String name, @Nullable String version, @Nullable String variant)
      throws IOException {
    Optional<Stored> found =
        stored().stream()
            .filter(stored -> stored.name().equals(name))
            .filter(stored -> version == null || stored.version().equals(version))
            .max(NEWEST_LAST);
    if (found.isEmpty()) {
      refuseIfLeftOut(name);
      throw invalid(
          name,
          version == null ? "no such model" : "no version " + version,
          "one that `millrace models list` shows");
    }
    ModelSpec spec = found.get().spec(variant);
    if (!runnable.contains(spec.runtime())) {
      throw invalid(name, unsupported(spec), "one of " + runnable);
    }
    return spec;
  }

  private void refuseIfLeftOut(String name) {
    for (String problem : bundled.problems()) {
      if (problem.startsWith(name + ": ")) {
        throw new DamagedModel(List.of(new Finding(Place.of("bundled"), "", problem)));
      }
    }
  }

  /** Whether the digest may run in the node: an administrator said so, or it is bundled. */
  public boolean mayRunInProcess(String digest) throws IOException {
    return bundled.versions().stream().anyMatch(version -> version.digest().equals(digest))
        || approvals.contains(digest);
  }

  /** The names of the bundled models that are ready to be used. */
  public List<String> bundledNames() {
    return bundled.versions().stream().map(BundledModels.Version::name).distinct().toList();
  }

  private @Nullable String bundledDigest(String name) {
    for (BundledModels.Version version : bundled.versions()) {
      if (version.name().equals(name)) {
        return version.version() + " " + version.digest();
      }
    }
    return null;
  }

  private ModelVersion describe(Stored stored) throws IOException {
    try {
      FolderContents contents = stored.contents();
      ModelSpec spec = ManifestReader.read(stored.folder(), contents, null);
      boolean supported = runnable.contains(spec.runtime());
      return new ModelVersion(
          stored.name(),
          stored.version(),
          contents.digest(),
          contents.files().stream().mapToLong(FolderContents.Entry::size).sum(),
          stored.bundled(),
          mayRunInProcess(contents.digest()),
          supported ? ModelVersion.State.USABLE : ModelVersion.State.UNSUPPORTED,
          supported ? List.of() : List.of(unsupported(spec)));
    } catch (InvalidDocument e) {
      return new ModelVersion(
          stored.name(),
          stored.version(),
          stored.digest(),
          0,
          stored.bundled(),
          false,
          ModelVersion.State.BROKEN,
          e.findings().stream().map(Finding::toString).toList());
    }
  }

  private static String unsupported(ModelSpec spec) {
    return "runtime " + spec.runtime() + " is unsupported here";
  }

  private List<Stored> stored() throws IOException {
    List<Stored> all = new ArrayList<>(AddedVersions.under(models));
    bundled.versions().forEach(version -> all.add(Stored.of(version)));
    all.sort(NEWEST_LAST);
    return all;
  }

  private static InvalidDocument invalid(String path, String found, String expected) {
    return new InvalidDocument(Finding.of(Place.of("models"), path, found, expected));
  }
}
