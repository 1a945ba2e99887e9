package dev.millrace.runtime.ort;

import ai.onnxruntime.OrtEnvironment;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.jar.JarEntry;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * ONNX Runtime's native library, unpacked once from its jar. Left to itself every process unpacks
 * its own copy into the temporary folder, and one that is killed leaves it there; so unpacked, all
 * processes of a node map the same pages.
 */
public final class OrtLibrary {

  /** System property, ONNX Runtime's own: the folder with its native libraries. */
  public static final String FOLDER = "onnxruntime.native.path";

  private static final Logger LOG = LoggerFactory.getLogger(OrtLibrary.class);
  private static final String IN_JAR = "/ai/onnxruntime/native/";
  private static final List<String> NAMES = List.of("onnxruntime", "onnxruntime4j_jni");
  private static final int CHUNK = 1 << 16;

  private OrtLibrary() {}

  /**
   * Unpacks what is not there yet, or not as it is in the jar, and lets this process load it. Where
   * that cannot be done ONNX Runtime unpacks for itself. A folder that was set by hand stays.
   *
   * @param parent where a folder of its own is made, by version and platform
   */
  public static void provide(Path parent) {
    if (System.getProperty(FOLDER) != null) {
      return;
    }
    try {
      Path unpacked = unpack(parent);
      if (unpacked != null) {
        System.setProperty(FOLDER, unpacked.toString());
      }
    } catch (IOException failed) {
      LOG.warn("each process unpacks ONNX Runtime for itself: {}", failed.toString());
    }
  }

  /**
   * The folder with the libraries as they are in the jar; null when it has none for this platform.
   */
  static @Nullable Path unpack(Path parent) throws IOException {
    String platform = platform(System.getProperty("os.name"), System.getProperty("os.arch"));
    String version = OrtEnvironment.class.getPackage().getImplementationVersion();
    Path folder = parent.resolve("onnxruntime-" + version + "-" + platform);
    for (String name : NAMES) {
      String file = System.mapLibraryName(name);
      URL packed = OrtEnvironment.class.getResource(IN_JAR + platform + "/" + file);
      if (packed == null) {
        return null;
      }
      unpack(packed, folder.resolve(file));
    }
    return folder;
  }

  private static void unpack(URL packed, Path target) throws IOException {
    if (!(packed.openConnection() instanceof JarURLConnection connection)) {
      throw new IOException(packed + " lies in no jar");
    }
    JarEntry entry = connection.getJarEntry();
    if (isAs(entry, target)) {
      return;
    }
    Files.createDirectories(target.resolveSibling(""));
    Path beside =
        Files.createTempFile(target.resolveSibling(""), target.getFileName().toString(), ".new");
    try (InputStream in = connection.getInputStream()) {
      Files.copy(in, beside, StandardCopyOption.REPLACE_EXISTING);
      // Another process may have it mapped: the name gets a new file, the old one is not written.
      Files.move(
          beside, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(beside);
    }
  }

  private static boolean isAs(JarEntry entry, Path file) throws IOException {
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
        || Files.size(file) != entry.getSize()) {
      return false;
    }
    CRC32 sum = new CRC32();
    try (InputStream in = new CheckedInputStream(Files.newInputStream(file), sum)) {
      byte[] buffer = new byte[CHUNK];
      while (in.read(buffer) >= 0) {
        // Reading is what computes.
      }
    }
    return sum.getValue() == entry.getCrc();
  }

  /** As ONNX Runtime names folders in its jar, such as {@code linux-x64}. */
  static String platform(String system, String machine) {
    String os = system.toLowerCase(Locale.ROOT);
    String arch = machine.toLowerCase(Locale.ROOT);
    String family = os.startsWith("mac") ? "osx" : os.startsWith("win") ? "win" : "linux";
    return switch (arch) {
      case "amd64", "x86_64" -> family + "-x64";
      case "arm64" -> family + "-aarch64";
      default -> family + "-" + arch;
    };
  }
}
