package dev.millrace.runtime.remote;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Servers behind TLS: whose word is taken for their names. */
class RemoteTlsTest {

  @TempDir private static Path folder;
  private static Certificates ours;
  private static Certificates stranger;
  private static Certificates misnamed;

  private final RemoteWorld world = new RemoteWorld();

  @BeforeAll
  static void make() throws IOException {
    ours = Certificates.of(folder, "ours", "ip:127.0.0.1");
    stranger = Certificates.of(folder, "stranger", "ip:127.0.0.1");
    misnamed = Certificates.of(folder, "misnamed", "dns:elsewhere.example");
  }

  @AfterEach
  void close() throws IOException {
    world.close();
  }

  private ScriptedServer load(Certificates shown, Path trusted) {
    ScriptedServer server = world.serve(ScriptedServer.secured(shown.tls(), ScriptedServer.good()));
    world.load(List.of(server.url()), Map.of("ca_file", trusted == null ? "" : trusted.toString()));
    return server;
  }

  private void isNotAsked(ScriptedServer server) {
    world.ask(1);
    Problem problem = world.recorder.problem(1);
    assertThat(problem.code()).isEqualTo(ErrorCode.UPSTREAM_FAILED);
    assertThat(problem.message()).contains("cannot be reached");
    assertThat(server.requests()).isZero();
  }

  @Test
  void a_server_whose_certificate_is_configured_is_asked() {
    ScriptedServer server = load(ours, ours.pem());
    for (long lease = 1; lease <= 3; lease++) {
      world.ask(lease);
      assertThat(world.recorder.result(lease).finishReason()).isEqualTo("stop");
    }
    assertThat(server.connections()).isEqualTo(1);
  }

  @Test
  void a_server_that_nobody_vouches_for_never_sees_a_request() {
    isNotAsked(load(ours, null));
  }

  @Test
  void a_server_with_another_certificate_than_the_configured_never_sees_a_request() {
    isNotAsked(load(stranger, ours.pem()));
  }

  @Test
  void a_trusted_certificate_for_another_name_is_not_enough() {
    isNotAsked(load(misnamed, misnamed.pem()));
  }

  @Test
  void a_file_without_a_certificate_keeps_the_model_away_and_is_named() throws IOException {
    Path empty = Files.writeString(folder.resolve("empty.pem"), "");
    Path nonsense = Files.writeString(folder.resolve("nonsense.pem"), "-----BEGIN CERTIFICATE");
    for (Path file : List.of(empty, nonsense, folder.resolve("absent.pem"))) {
      try (RemoteWorld other = new RemoteWorld()) {
        other.load(List.of("https://127.0.0.1:1/v1"), Map.of("ca_file", file.toString()));
        assertThat(other.recorder.load(1)).contains(file.toString(), "expected: PEM");
      }
    }
  }

  @Test
  void a_server_that_never_shakes_hands_is_given_up_after_the_time_to_connect() {
    ScriptedServer deaf = world.serve(ScriptedServer.start(ScriptedServer.good()));
    String url = deaf.url().replace("http:", "https:");
    world.load(List.of(url), Map.of("connect_ms", 100L));
    world.ask(1);
    assertThat(world.recorder.problem(1).message()).contains("cannot be reached");
  }
}
