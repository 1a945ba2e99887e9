package dev.millrace.ingress.http;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds a route by its path: exact paths in one look, templates segment by segment. */
final class PathTree {

  /** What a path matched. */
  record Match(Map<String, Route> byMethod, List<String> values) {}

  private static final class Node {
    private final Map<String, Node> children = new HashMap<>();
    private final Map<String, Route> routes = new HashMap<>();
    private @Nullable Node any;
  }

  private final Map<String, Match> exact = new HashMap<>();
  private final Node root = new Node();

  PathTree(List<Route> routes) {
    routes.forEach(this::add);
  }

  private void add(Route route) {
    Node node = root;
    for (String segment : route.template().substring(1).split("/", -1)) {
      node = segment.startsWith("{") ? wildcard(node) : child(node, segment);
    }
    if (node.routes.putIfAbsent(route.method().name(), route) != null) {
      throw new IllegalStateException("two routes for " + route.method() + " " + route.template());
    }
    if (!route.template().contains("{")) {
      exact.put(route.template(), new Match(node.routes, List.of()));
    }
  }

  private static Node child(Node node, String segment) {
    return node.children.computeIfAbsent(segment, _ -> new Node());
  }

  private static Node wildcard(Node node) {
    Node any = node.any;
    if (any == null) {
      any = new Node();
      node.any = any;
    }
    return any;
  }

  /** The routes at a path (without query), or null. */
  @Nullable Match find(String path) {
    Match known = exact.get(path);
    if (known != null) {
      return known;
    }
    if (path.isEmpty() || path.charAt(0) != '/') {
      return null;
    }
    List<String> values = new ArrayList<>(2);
    Node node = root;
    for (String segment : path.substring(1).split("/", -1)) {
      Node next = node.children.get(segment);
      if (next == null) {
        next = node.any;
        values.add(segment);
      }
      if (next == null || segment.isEmpty()) {
        return null;
      }
      node = next;
    }
    return node.routes.isEmpty() ? null : new Match(node.routes, values);
  }
}
