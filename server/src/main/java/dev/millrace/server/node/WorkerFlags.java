package dev.millrace.server.node;

import dev.millrace.runtime.ort.OrtLibrary;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a worker's JVM is told on its command line beside its heap, so that it starts fast and
 * leaves nothing behind.
 *
 * <p>The launcher makes a cache of the classes that a worker loads, once after a build, in two
 * steps: in a rehearsed start workers note them ({@link #CLASS_LIST}), and these are dumped into an
 * archive that later workers map ({@link #CLASS_ARCHIVE}). A JVM that it does not fit passes it
 * over.
 */
final class WorkerFlags {

  /** System property of the node: the file in which a worker notes the classes that it loads. */
  static final String CLASS_LIST = "millrace.worker.class.list";

  /** System property of the node: the archive of classes that a worker maps. */
  static final String CLASS_ARCHIVE = "millrace.worker.class.archive";

  private WorkerFlags() {}

  /**
   * @param folder the worker's own, for what libraries write into a temporary folder
   */
  static List<String> of(Path folder) {
    return of(folder, System::getProperty);
  }

  static List<String> of(Path folder, Function<String, @Nullable String> properties) {
    List<String> flags = new ArrayList<>();
    flags.add("-XX:+UseCompactObjectHeaders");
    flags.add("-Djava.io.tmpdir=" + folder);
    String library = properties.apply(OrtLibrary.FOLDER);
    if (library != null) {
      flags.add("-D" + OrtLibrary.FOLDER + "=" + library);
    }
    String list = properties.apply(CLASS_LIST);
    if (list != null) {
      flags.add("-XX:DumpLoadedClassList=" + list);
    }
    String archive = properties.apply(CLASS_ARCHIVE);
    if (archive != null) {
      flags.add("-XX:SharedArchiveFile=" + archive);
      flags.add("-Xlog:cds*=off");
    }
    return flags;
  }
}
