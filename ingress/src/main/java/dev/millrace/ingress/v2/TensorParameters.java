package dev.millrace.ingress.v2;

import dev.millrace.ingress.json.JsonObjectReader;
import org.jspecify.annotations.Nullable;

/**
 * The {@code parameters} of one input or one output.
 *
 * @param size of an input's bytes behind the JSON; −1 for data in JSON
 * @param binary how an output is wanted; null when that is not said
 */
record TensorParameters(long size, @Nullable Boolean binary) {

  static final TensorParameters NONE = new TensorParameters(-1, null);

  static TensorParameters read(JsonObjectReader outer) {
    JsonObjectReader json = outer.object();
    long size = -1;
    Boolean binary = null;
    for (String name; (name = json.nextField()) != null; ) {
      switch (name) {
        case "binary_data_size" -> size = json.whole(0, Integer.MAX_VALUE);
        case "binary_data" -> binary = json.truth();
        case "classification" -> {
          if (json.whole(0, Integer.MAX_VALUE) != 0) {
            throw InferRequest.unsupported(json.pointer());
          }
        }
        case "shared_memory_region" -> throw InferRequest.unsupported(json.pointer());
        default -> json.skip();
      }
    }
    return new TensorParameters(size, binary);
  }
}
