package dev.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.server.Finding.Grade;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoctorVerbTest {

  private final StringWriter out = new StringWriter();

  private int doctor(String... arguments) {
    return Millrace.commandLine().setOut(new PrintWriter(out)).execute(arguments);
  }

  @Test
  void a_port_that_is_taken_is_bad_and_ends_with_1(@TempDir Path data) throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = String.valueOf(taken.getLocalPort());
      assertThat(doctor("doctor", "--data", data.toString(), "--port", port)).isEqualTo(1);
      assertThat(out.toString()).containsPattern("BAD +port " + port).contains("--port");
    }
  }

  @Test
  void a_free_port_is_well() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    assertThat(MachineCheck.port("127.0.0.1", port).grade()).isEqualTo(Grade.WELL);
  }

  @Test
  void with_json_each_finding_is_an_object_a_line(@TempDir Path data) {
    doctor("doctor", "--json", "--data", data.toString());
    assertThat(out.toString().lines())
        .isNotEmpty()
        .allMatch(line -> line.startsWith("{\"grade\":") && line.endsWith("}"));
  }

  @Test
  void the_time_of_a_sync_is_measured_and_nothing_is_left_behind(@TempDir Path data)
      throws IOException {
    assertThat(MachineCheck.sync(data).found()).contains("median of");
    try (var left = Files.list(data)) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void a_data_folder_that_is_not_there_yet_is_looked_at_through_its_parent(@TempDir Path data) {
    Finding finding = MachineCheck.folder(data.resolve("not/yet"));
    assertThat(finding.grade()).isNotEqualTo(Grade.BROKEN);
    assertThat(finding.found()).contains("free");
  }

  @Test
  void too_few_open_files_are_lacking_not_bad() {
    assertThat(MachineCheck.openFiles(1_024).grade()).isEqualTo(Grade.LACKING);
    assertThat(MachineCheck.openFiles(1_024).advice()).contains("ulimit");
    assertThat(MachineCheck.openFiles(MachineCheck.ENOUGH_FILES).grade()).isEqualTo(Grade.WELL);
  }

  @Test
  void no_bundled_models_are_lacking(@TempDir Path folder) {
    assertThat(DoctorVerb.models(folder.resolve("models")).grade()).isEqualTo(Grade.LACKING);
  }
}
