package dev.millrace.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Empty;
import dev.millrace.domain.security.Action;
import dev.millrace.ingress.http.Route;
import dev.millrace.ingress.testing.Doors;
import dev.millrace.ingress.testing.GrpcClient;
import dev.millrace.ingress.testing.Keys;
import dev.millrace.ingress.testing.WsClient;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** One authorization point: every route there is, with no key, a wrong one, and the right one. */
class AuthorizationTest {

  private final Doors doors = new Doors();

  @AfterEach
  void close() {
    doors.close();
  }

  private HttpResponse<String> call(Route route, int port, @Nullable String authorization) {
    String path =
        route
            .template()
            .replace("{id}", "tsk_00000000000000000000000000")
            .replace("{m}", "card-fraud")
            .replace("{v}", "1");
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .timeout(Duration.ofSeconds(10))
            .method(
                route.method().name(), BodyPublishers.ofString(route.bodyLimit() > 0 ? "{}" : ""));
    if (authorization != null) {
      request.header("authorization", authorization);
    }
    return doors.send(request);
  }

  private Stream<DynamicTest> closedTo(@Nullable String authorization, String who) {
    List<Route> all =
        Stream.concat(doors.server.routes().stream(), doors.server.operatorRoutes().stream())
            .toList();
    assertThat(all).hasSizeGreaterThan(25);
    int users = doors.server.routes().size();
    return Stream.iterate(0, i -> i < all.size(), i -> i + 1)
        .map(
            i -> {
              Route route = all.get(i);
              int port = i < users ? doors.server.port() : doors.server.operatorPort();
              String name = route.method() + " " + route.template() + " is closed to " + who;
              return DynamicTest.dynamicTest(
                  name,
                  () -> {
                    HttpResponse<String> response = call(route, port, authorization);
                    if (route.action() == Action.HEALTH) {
                      assertThat(response.statusCode()).isEqualTo(200);
                    } else {
                      assertThat(response.statusCode()).isEqualTo(401);
                      assertThat(response.headers().firstValue("www-authenticate"))
                          .contains("Bearer");
                      assertThat(response.body()).contains("a key is required");
                    }
                  });
            });
  }

  @TestFactory
  Stream<DynamicTest> without_a_key_every_route_but_health_is_closed() {
    return closedTo(null, "nobody");
  }

  @TestFactory
  Stream<DynamicTest> with_a_wrong_key_every_route_but_health_is_closed() {
    return closedTo("Bearer wrong", "a wrong key");
  }

  @TestFactory
  Stream<DynamicTest> with_another_scheme_every_route_but_health_is_closed() {
    return closedTo("Basic " + Keys.ALICE, "another scheme");
  }

  @TestFactory
  Stream<DynamicTest> with_a_key_no_users_route_is_closed() {
    return doors.server.routes().stream()
        .map(
            route ->
                DynamicTest.dynamicTest(
                    route.method() + " " + route.template() + " is open to a key",
                    () ->
                        assertThat(
                                call(route, doors.server.port(), "bearer " + keyFor(route))
                                    .statusCode())
                            .isNotIn(401, 403, 405, 500)));
  }

  private static String keyFor(Route route) {
    return route.action() == Action.CONTROL_MODELS ? Keys.ADMIN : Keys.ALICE;
  }

  @Test
  void models_are_taken_out_of_service_by_admins_only() {
    List<Route> control =
        doors.server.routes().stream()
            .filter(route -> route.action() == Action.CONTROL_MODELS)
            .toList();
    assertThat(control).hasSize(2);
    for (Route route : control) {
      assertThat(call(route, doors.port(), "Bearer " + Keys.ALICE).statusCode()).isEqualTo(403);
    }
    assertThat(doors.repository.asked()).isEmpty();
  }

  private int grpc(GrpcClient client, String path, String... headers) {
    return client.open(path, headers).send(Empty.getDefaultInstance()).end().code();
  }

  @Test
  void every_method_of_grpc_but_health_is_closed_without_the_right_key() {
    Map<String, Action> methods = doors.server.grpcMethods();
    assertThat(methods).hasSizeGreaterThan(15);
    try (GrpcClient client = new GrpcClient(doors.port())) {
      methods.forEach(
          (path, action) -> {
            if (path.endsWith("/Watch")) {
              return;
            }
            boolean open = action == Action.HEALTH;
            String key = action == Action.CONTROL_MODELS ? Keys.ADMIN : Keys.ALICE;
            assertThat(grpc(client, path)).as(path).isEqualTo(open ? 0 : 16);
            assertThat(grpc(client, path, "authorization", "Bearer wrong"))
                .as(path)
                .isEqualTo(open ? 0 : 16);
            assertThat(grpc(client, path, "authorization", "Basic " + key))
                .as(path)
                .isEqualTo(open ? 0 : 16);
            assertThat(grpc(client, path, "authorization", "Bearer " + key))
                .as(path)
                .isNotIn(7, 12, 13, 16);
            if (action == Action.CONTROL_MODELS) {
              assertThat(grpc(client, path, "authorization", "Bearer " + Keys.ALICE)).isEqualTo(7);
            }
          });
    }
  }

  @Test
  void metrics_are_for_admins() {
    Route metrics =
        doors.server.operatorRoutes().stream()
            .filter(route -> route.template().equals("/metrics"))
            .findFirst()
            .orElseThrow();
    int port = doors.server.operatorPort();
    assertThat(call(metrics, port, "Bearer " + Keys.ALICE).statusCode()).isEqualTo(403);
    HttpResponse<String> scraped = call(metrics, port, "Bearer " + Keys.ADMIN);
    assertThat(scraped.statusCode()).isEqualTo(200);
    assertThat(scraped.body()).isEqualTo("millrace_up 1\n");
    assertThat(scraped.headers().firstValue("content-type").orElse("")).startsWith("text/plain");
  }

  @Test
  void the_users_port_has_no_metrics() {
    assertThat(doors.get("/metrics").statusCode()).isEqualTo(404);
  }

  @Test
  void a_socket_needs_a_key_or_a_ticket_that_was_not_used() {
    int port = doors.server.port();
    try (WsClient nobody = WsClient.open(port, "/v1/ws");
        WsClient wrong = WsClient.open(port, "/v1/ws", "authorization: Bearer wrong");
        WsClient elsewhere =
            WsClient.open(port, "/v1/other", "authorization: Bearer " + Keys.ALICE)) {
      assertThat(nobody.status()).isEqualTo(401);
      assertThat(wrong.status()).isEqualTo(401);
      assertThat(elsewhere.status()).isEqualTo(404);
    }
    var issued = doors.send(doors.post("/v1/ws/ticket", ""));
    String ticket = Doors.json(issued).get("ticket").asString();
    assertThat(issued.headers().firstValue("cache-control")).contains("no-store");
    String path = "/v1/ws?x=1&ticket=" + ticket.replace("+", "%2B");
    try (WsClient first = WsClient.open(port, path);
        WsClient second = WsClient.open(port, path);
        WsClient broken = WsClient.open(port, "/v1/ws?ticket=%zz")) {
      assertThat(first.status()).isEqualTo(101);
      assertThat(second.status()).isEqualTo(401);
      assertThat(broken.status()).isIn(400, 401);
    }
  }

  @Test
  void a_browser_comes_from_an_origin_that_is_allowed() {
    int port = doors.server.port();
    String key = "authorization: Bearer " + Keys.ALICE;
    try (WsClient allowed = WsClient.open(port, "/v1/ws", key, "origin: " + Doors.ORIGIN);
        WsClient other = WsClient.open(port, "/v1/ws", key, "origin: https://evil.example")) {
      assertThat(allowed.status()).isEqualTo(101);
      assertThat(other.status()).isEqualTo(403);
    }
  }
}
