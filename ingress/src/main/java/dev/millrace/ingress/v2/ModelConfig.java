package dev.millrace.ingress.v2;

import dev.millrace.domain.model.Deployment;
import dev.millrace.domain.tensor.DataType;
import java.util.ArrayList;
import java.util.List;

/**
 * How a deployment runs, in the words of the protocol's configuration extension.
 *
 * @param backend what runs it
 * @param maxBatch rows that are run together; 0 for a model that takes one at a time
 * @param file of the model, or empty
 * @param concurrency runs in flight at once
 * @param decoupled whether one request may have many answers
 */
public record ModelConfig(
    String name,
    String platform,
    String backend,
    int maxBatch,
    List<Port> inputs,
    List<Port> outputs,
    String file,
    int concurrency,
    boolean decoupled) {

  /**
   * One tensor.
   *
   * @param type by the extension's name for it
   * @param dims of one row
   */
  public record Port(String name, String type, List<Long> dims, boolean optional) {}

  public static ModelConfig of(Catalog.Model model) {
    Deployment deployment = model.deployment();
    var file = model.spec().files().get("model");
    boolean generates = model.spec().generates();
    return new ModelConfig(
        model.spec().name(),
        model.platform(),
        model.platform().substring(0, model.platform().indexOf('_')),
        generates ? 0 : Math.max(1, deployment.maxBatch()),
        ports(model.signature().inputs()),
        ports(model.signature().outputs()),
        file == null ? "" : file.path(),
        deployment.concurrency(),
        generates);
  }

  private static List<Port> ports(List<Signature.Port> ports) {
    List<Port> all = new ArrayList<>();
    for (Signature.Port port : ports) {
      List<Long> dims = new ArrayList<>();
      for (long size : port.row()) {
        dims.add(size);
      }
      if (dims.isEmpty()) {
        dims.add(1L); // the extension knows no row without a size
      }
      String type = port.type() == DataType.BYTES ? "STRING" : port.type().name();
      all.add(new Port(port.name(), "TYPE_" + type, List.copyOf(dims), port.optional()));
    }
    return List.copyOf(all);
  }
}
