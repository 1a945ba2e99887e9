package dev.millrace.server.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WorkerFlagsTest {

  private static final Path FOLDER = Path.of("/data/sockets");

  private static List<String> flags(Map<String, String> properties) {
    return WorkerFlags.of(FOLDER, properties::get);
  }

  @Test
  void temporary_files_of_a_worker_lie_in_its_own_folder() {
    assertThat(flags(Map.of())).contains("-Djava.io.tmpdir=/data/sockets");
  }

  @Test
  void a_node_without_a_cache_of_classes_names_none() {
    assertThat(flags(Map.of()))
        .noneMatch(flag -> flag.contains("SharedArchiveFile") || flag.contains("ClassList"));
  }

  @Test
  void the_archive_is_mapped_and_one_that_does_not_fit_is_passed_over_in_silence() {
    assertThat(flags(Map.of(WorkerFlags.CLASS_ARCHIVE, "/build/worker.jsa")))
        .contains("-XX:SharedArchiveFile=/build/worker.jsa", "-Xlog:cds*=off");
  }

  @Test
  void a_rehearsal_has_the_worker_note_its_classes() {
    assertThat(flags(Map.of(WorkerFlags.CLASS_LIST, "/build/list")))
        .contains("-XX:DumpLoadedClassList=/build/list");
  }

  @Test
  void the_worker_loads_the_library_that_the_node_unpacked() {
    assertThat(flags(Map.of("onnxruntime.native.path", "/data/libraries/onnxruntime")))
        .contains("-Donnxruntime.native.path=/data/libraries/onnxruntime");
  }
}
