package dev.millrace.control.manifest;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Walks a graph for its inputs and outputs, and for tensors that are kept outside the file: such a
 * path has been the way out of the folder in every tool that followed it, so none is accepted.
 */
final class OnnxGraph {

  private static final int DEEPEST = 16;
  private static final int GRAPH_NODE = 1;
  private static final int GRAPH_INITIALISER = 5;
  private static final int GRAPH_INPUT = 11;
  private static final int GRAPH_OUTPUT = 12;
  private static final int GRAPH_SPARSE = 15;
  private static final int NODE_ATTRIBUTE = 5;
  private static final int ATTRIBUTE_TENSOR = 5;
  private static final int ATTRIBUTE_GRAPH = 6;
  private static final int ATTRIBUTE_TENSORS = 10;
  private static final int ATTRIBUTE_GRAPHS = 11;
  private static final int ATTRIBUTE_SPARSE = 22;
  private static final int ATTRIBUTE_SPARSES = 23;
  private static final int TENSOR_NAME = 8;
  private static final int TENSOR_EXTERNAL = 13;
  private static final int TENSOR_LOCATION = 14;
  private static final int MOST_VALUES = 1_024;

  private final int depth;
  private final List<OnnxValue> inputs = new ArrayList<>();
  private final List<OnnxValue> outputs = new ArrayList<>();
  private final Set<String> initialised = new HashSet<>();

  OnnxGraph(int depth) {
    if (depth > DEEPEST) {
      throw new MalformedModel("graphs nested " + depth + " deep (expected: <= " + DEEPEST + ")");
    }
    this.depth = depth;
  }

  OnnxOutline outline() {
    return new OnnxOutline(
        inputs.stream().filter(input -> !initialised.contains(input.name())).toList(),
        List.copyOf(outputs));
  }

  void read(ProtoCursor graph) throws IOException {
    while (graph.next()) {
      switch (graph.field()) {
        case GRAPH_NODE -> node(graph.message());
        case GRAPH_INITIALISER -> tensor(graph.message());
        case GRAPH_SPARSE -> sparse(graph.message());
        case GRAPH_INPUT -> add(inputs, OnnxValue.read(graph.message()));
        case GRAPH_OUTPUT -> add(outputs, OnnxValue.read(graph.message()));
        default -> {}
      }
    }
  }

  void node(ProtoCursor node) throws IOException {
    while (node.next()) {
      if (node.field() == NODE_ATTRIBUTE) {
        attribute(node.message());
      }
    }
  }

  private void attribute(ProtoCursor attribute) throws IOException {
    while (attribute.next()) {
      switch (attribute.field()) {
        case ATTRIBUTE_TENSOR, ATTRIBUTE_TENSORS -> tensor(attribute.message());
        case ATTRIBUTE_SPARSE, ATTRIBUTE_SPARSES -> sparse(attribute.message());
        case ATTRIBUTE_GRAPH, ATTRIBUTE_GRAPHS ->
            new OnnxGraph(depth + 1).read(attribute.message());
        default -> {}
      }
    }
  }

  private void sparse(ProtoCursor sparse) throws IOException {
    while (sparse.next()) {
      if (sparse.field() <= 2) {
        tensor(sparse.message());
      }
    }
  }

  private void tensor(ProtoCursor tensor) throws IOException {
    String name = "";
    boolean outside = false;
    while (tensor.next()) {
      switch (tensor.field()) {
        case TENSOR_NAME -> name = tensor.text();
        case TENSOR_EXTERNAL -> outside = true;
        case TENSOR_LOCATION -> outside |= tensor.number() != 0;
        default -> {}
      }
    }
    if (outside) {
      throw new MalformedModel(
          "tensor " + name + " kept outside the file (expected: all weights inside)");
    }
    initialised.add(name);
  }

  private static void add(List<OnnxValue> values, OnnxValue value) {
    if (values.size() >= MOST_VALUES) {
      throw new MalformedModel("more than " + MOST_VALUES + " inputs or outputs");
    }
    values.add(value);
  }
}
