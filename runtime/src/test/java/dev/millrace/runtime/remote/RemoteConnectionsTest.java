package dev.millrace.runtime.remote;

import static dev.millrace.runtime.remote.ScriptedServer.DONE;
import static dev.millrace.runtime.remote.ScriptedServer.STREAM;
import static dev.millrace.runtime.remote.ScriptedServer.delta;
import static dev.millrace.runtime.remote.ScriptedServer.finish;
import static dev.millrace.runtime.remote.ScriptedServer.good;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.domain.error.ErrorCode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Connections to other servers: made in time, kept, renewed, given back, slowed. */
class RemoteConnectionsTest {

  private static final long PATIENCE_SECONDS = 30;

  private final RemoteWorld world = new RemoteWorld();

  @AfterEach
  void close() throws IOException {
    world.close();
  }

  private ScriptedServer load(Map<String, ?> options, ScriptedServer.Script... scripts) {
    ScriptedServer server = world.serve(ScriptedServer.start(scripts));
    world.load(List.of(server.url()), options);
    return server;
  }

  private static boolean await(CountDownLatch latch) {
    try {
      return latch.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }

  /** Once a listener's queue is full, Linux answers no further attempt to connect. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void a_server_that_takes_no_connection_is_given_up_after_the_time_to_connect()
      throws IOException {
    List<Socket> waiting = new ArrayList<>();
    try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      for (int i = 0; i < 2; i++) {
        Socket socket = new Socket();
        waiting.add(socket);
        socket.connect(new InetSocketAddress(full.getInetAddress(), full.getLocalPort()), 5_000);
      }
      world.load(
          List.of("http://127.0.0.1:" + full.getLocalPort() + "/v1"), Map.of("connect_ms", 100L));
      world.ask(1);
      assertThat(world.recorder.problem(1).code()).isEqualTo(ErrorCode.UPSTREAM_FAILED);
      assertThat(world.recorder.problem(1).message()).contains("cannot be reached");
    } finally {
      for (Socket socket : waiting) {
        socket.close();
      }
    }
  }

  @Test
  void one_connection_serves_many_requests_and_one_that_was_closed_is_renewed() {
    ScriptedServer server =
        load(
            Map.of(),
            good(),
            good(),
            line -> {
              good().serve(line);
              line.close();
            },
            good());
    for (long lease = 1; lease <= 3; lease++) {
      world.ask(lease);
      world.recorder.result(lease);
    }
    assertThat(server.connections()).isEqualTo(1);
    world.ask(4);
    assertThat(world.recorder.result(4).finishReason()).isEqualTo("stop");
    assertThat(server.connections()).isEqualTo(2);
  }

  @Test
  void a_server_that_asks_for_it_is_not_held_to_its_connection() {
    ScriptedServer server =
        load(
            Map.of(),
            line -> {
              String closing = "connection: close\r\n";
              line.write(STREAM.replace("content-type", closing + "content-type"));
              line.chunk(delta("a") + finish("stop") + DONE);
              line.write("0\r\n\r\n");
            });
    for (long lease = 1; lease <= 2; lease++) {
      world.ask(lease);
      assertThat(world.recorder.text(lease(lease))).isEqualTo("a");
    }
    assertThat(server.connections()).isEqualTo(2);
  }

  private long lease(long lease) {
    assertThat(world.recorder.result(lease).finishReason()).isEqualTo("stop");
    return lease;
  }

  @Test
  void a_cancel_gives_the_only_place_at_a_server_to_who_waits_for_it() {
    ScriptedServer server =
        load(
            Map.of("connections", 1L),
            line -> {
              line.write(STREAM);
              line.chunk(delta("a"));
              line.closedByOther();
            },
            good());
    CountDownLatch begun = new CountDownLatch(1);
    world.recorder.onToken(_ -> begun.countDown());
    world.ask(1);
    world.ask(2);
    assertThat(await(begun)).isTrue();
    world.runtime.cancel(1);
    assertThat(world.recorder.problem(1).code()).isEqualTo(ErrorCode.CANCELLED);
    assertThat(world.recorder.result(2).finishReason()).isEqualTo("stop");
    assertThat(server.connections()).isEqualTo(2);
  }

  @Test
  void requests_that_come_at_once_do_not_all_go_to_one_server() {
    CountDownLatch release = new CountDownLatch(1);
    ScriptedServer.Script slow =
        line -> {
          await(release);
          good().serve(line);
        };
    List<ScriptedServer> servers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      servers.add(world.serve(ScriptedServer.start(slow)));
    }
    world.load(servers.stream().map(ScriptedServer::url).toList(), Map.of("connections", 16L));
    for (long lease = 1; lease <= 32; lease++) {
      world.ask(lease);
    }
    release.countDown();
    for (long lease = 1; lease <= 32; lease++) {
      world.recorder.result(lease);
    }
    assertThat(servers).allSatisfy(server -> assertThat(server.requests()).isEqualTo(8));
  }

  /** Writes until the other side has taken nothing for as long as the test does not let go. */
  private static ScriptedServer.Script flood(int chunks, CompletableFuture<Integer> written) {
    return line -> {
      line.write(STREAM);
      String much = ": " + "x".repeat(100_000) + "\n" + delta("x");
      for (int i = 0; i < chunks; i++) {
        line.chunk(much);
      }
      written.complete(chunks);
      line.chunk(finish("stop") + DONE);
      line.write("0\r\n\r\n");
    };
  }

  @Test
  void a_paused_attempt_slows_its_server_and_goes_on_without_a_hole() {
    int chunks = 300; // 30 MB, more than the sockets between two processes hold
    CompletableFuture<Integer> written = new CompletableFuture<>();
    CompletableFuture<Integer> paused = new CompletableFuture<>();
    load(Map.of("idle_ms", 200L), flood(chunks, written));
    world.recorder.onToken(
        lease -> {
          if (!paused.isDone()) {
            world.runtime.pace(lease, false);
            paused.complete(0);
          }
        });
    world.ask(1);
    paused.join();
    // Longer than the idle time, in which nothing is read: the silence is ours.
    assertThat(written.copy().orTimeout(600, TimeUnit.MILLISECONDS))
        .failsWithin(PATIENCE_SECONDS, TimeUnit.SECONDS);
    assertThat(world.recorder.tokens(1).size()).isLessThan(chunks / 2);
    world.runtime.pace(1, true);
    assertThat(world.recorder.result(1).finishReason()).isEqualTo("stop");
    assertThat(world.recorder.tokens(1)).hasSize(chunks);
  }

  @Test
  void a_paused_attempt_is_cancelled_like_any_other() {
    CompletableFuture<Boolean> closed = new CompletableFuture<>();
    load(
        Map.of(),
        line -> {
          line.write(STREAM);
          line.chunk(delta("a"));
          closed.complete(line.closedByOther());
        });
    world.recorder.onToken(
        lease -> {
          world.runtime.pace(lease, false);
          world.runtime.cancel(lease);
        });
    world.ask(1);
    assertThat(world.recorder.problem(1).code()).isEqualTo(ErrorCode.CANCELLED);
    assertThat(closed.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join()).isTrue();
  }

  @Test
  void calls_of_tools_are_an_output_of_the_attempt() {
    String first =
        "data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"c1\",\"type\":"
            + "\"function\",\"function\":{\"name\":\"weather\",\"arguments\":\"\"}}]}}]}\n\n";
    String more =
        "data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":"
            + "{\"arguments\":\"[]\"}}]}}]}\n\n";
    load(Map.of(), ScriptedServer.events(first, more, finish("tool_calls"), DONE));
    world.ask(1);
    assertThat(world.recorder.result(1).finishReason()).isEqualTo("tool_calls");
    assertThat(world.recorder.result(1).outputs().getFirst().texts())
        .containsExactly(
            "{\"id\":\"c1\",\"type\":\"function\",\"function\":{\"name\":\"weather\","
                + "\"arguments\":\"[]\"}}");
  }
}
