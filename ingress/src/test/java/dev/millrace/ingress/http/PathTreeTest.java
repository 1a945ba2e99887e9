package dev.millrace.ingress.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.domain.security.Action;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PathTreeTest {

  private final PathTree paths =
      new PathTree(
          List.of(
              get("/v1/tasks"),
              post("/v1/tasks"),
              get("/v1/tasks/{id}"),
              get("/v1/tasks/{id}/events"),
              get("/v2"),
              get("/v2/models/{m}/versions/{v}/ready")));

  private static Route get(String template) {
    return Route.get(template, Action.HEALTH, Dialect.MILLRACE, exchange -> {});
  }

  private static Route post(String template) {
    return Route.post(template, Action.HEALTH, Dialect.MILLRACE, 0, exchange -> {});
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/v1/tasks                        | /v1/tasks                        | ''",
        "/v1/tasks/abc                    | /v1/tasks/{id}                   | abc",
        "/v1/tasks/abc/events             | /v1/tasks/{id}/events            | abc",
        "/v2/models/a/versions/1/ready    | /v2/models/{m}/versions/{v}/ready| a 1",
        "/v2/models/%2e%2e/versions/1/ready | /v2/models/{m}/versions/{v}/ready | %2e%2e 1",
      })
  void a_path_finds_its_route_and_its_values(String path, String template, String values) {
    PathTree.Match match = paths.find(path);
    assertThat(match).isNotNull();
    assertThat(match.byMethod().get("GET").template()).isEqualTo(template.strip());
    assertThat(String.join(" ", match.values())).isEqualTo(values);
  }

  @Test
  void a_path_knows_all_its_methods() {
    PathTree.Match match = paths.find("/v1/tasks");
    assertThat(match).isNotNull();
    assertThat(match.byMethod().keySet()).containsExactlyInAnyOrder("GET", "POST");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "v1/tasks",
        "//",
        "/v1",
        "/v1/",
        "/v1/tasks/",
        "/v1/tasks//events",
        "/V1/tasks",
        "/v1/tasks/a/events/",
        "/v1/tasks/a/other",
        "/v1//tasks",
        "*",
        "/v2/models/a"
      })
  void nothing_else_is_a_path(String path) {
    assertThat(paths.find(path)).isNull();
  }

  @Test
  void one_route_may_not_be_there_twice() {
    assertThatThrownBy(() -> new PathTree(List.of(get("/a/{b}"), get("/a/{c}"))))
        .hasMessageContaining("two routes");
  }
}
