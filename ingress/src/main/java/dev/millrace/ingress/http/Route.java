package dev.millrace.ingress.http;

import dev.millrace.domain.security.Action;
import io.vertx.core.http.HttpMethod;
import java.util.function.Consumer;

/**
 * One route: a method and a path template, the one action that it is, how it says errors, how large
 * a body may be, and who handles it.
 *
 * @param template such as {@code /v1/tasks/{id}}; a segment in braces matches one segment
 * @param bodyLimit bytes; 0 for a route that takes no body
 * @param takesCompressed whether the body may come compressed; the limit holds before and after
 */
public record Route(
    HttpMethod method,
    String template,
    Action action,
    Dialect dialect,
    int bodyLimit,
    boolean takesCompressed,
    Consumer<Exchange> handler) {

  public static Route get(
      String template, Action action, Dialect dialect, Consumer<Exchange> handler) {
    return new Route(HttpMethod.GET, template, action, dialect, 0, false, handler);
  }

  public static Route post(
      String template, Action action, Dialect dialect, int bodyLimit, Consumer<Exchange> handler) {
    return new Route(HttpMethod.POST, template, action, dialect, bodyLimit, false, handler);
  }

  /** Takes no body. */
  public static Route delete(
      String template, Action action, Dialect dialect, Consumer<Exchange> handler) {
    return new Route(HttpMethod.DELETE, template, action, dialect, 0, false, handler);
  }

  /** The same, with bodies that may come compressed. */
  public Route compressed() {
    return new Route(method, template, action, dialect, bodyLimit, true, handler);
  }
}
