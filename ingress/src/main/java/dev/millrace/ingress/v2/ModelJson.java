package dev.millrace.ingress.v2;

import dev.millrace.domain.port.ModelStatistics.Counts;
import dev.millrace.domain.port.ModelStatistics.Sum;
import dev.millrace.ingress.json.JsonText;
import java.util.List;

/** Configuration and statistics of a model as the protocol's extensions write them. */
final class ModelJson {

  private ModelJson() {}

  static JsonText config(ModelConfig config) {
    JsonText json = new JsonText();
    json.beginObject().field("name", config.name()).field("platform", config.platform());
    json.field("backend", config.backend());
    json.name("version_policy").beginObject().name("latest").beginObject();
    json.field("num_versions", 1).endObject().endObject();
    json.field("max_batch_size", config.maxBatch());
    ports("input", config.inputs(), json);
    ports("output", config.outputs(), json);
    json.name("instance_group").beginArray().beginObject();
    json.field("name", config.name()).field("kind", "KIND_CPU");
    json.field("count", config.concurrency());
    json.endObject().endArray();
    json.field("default_model_filename", config.file());
    if (config.maxBatch() > 1) {
      json.name("dynamic_batching").beginObject();
      json.name("preferred_batch_size").beginArray().value(config.maxBatch()).endArray();
      json.field("max_queue_delay_microseconds", 0).endObject();
    }
    json.name("parameters").beginObject().endObject();
    json.name("model_transaction_policy").beginObject();
    json.field("decoupled", config.decoupled()).endObject();
    return json.endObject();
  }

  private static void ports(String name, List<ModelConfig.Port> ports, JsonText json) {
    json.name(name).beginArray();
    for (ModelConfig.Port port : ports) {
      json.beginObject().field("name", port.name()).field("data_type", port.type());
      json.name("dims").beginArray();
      port.dims().forEach(json::value);
      json.endArray();
      if (name.equals("input")) {
        json.field("optional", port.optional());
      }
      json.endObject();
    }
    json.endArray();
  }

  static void statistics(Catalog.Model model, Counts counts, JsonText json) {
    json.beginObject().field("name", model.spec().name());
    json.field("version", model.spec().version());
    json.field("last_inference", counts.lastWallMillis());
    json.field("inference_count", counts.succeeded().count());
    json.field("execution_count", counts.batches());
    json.name("inference_stats").beginObject();
    sum("success", counts.succeeded(), json);
    sum("fail", counts.failed(), json);
    sum("queue", counts.queued(), json);
    sum("compute_input", Sum.NONE, json);
    sum("compute_infer", counts.computed(), json);
    sum("compute_output", Sum.NONE, json);
    sum("cache_hit", Sum.NONE, json);
    sum("cache_miss", Sum.NONE, json);
    json.endObject();
    json.name("batch_stats").beginArray().endArray().endObject();
  }

  private static void sum(String name, Sum sum, JsonText json) {
    json.name(name).beginObject();
    json.field("count", sum.count()).field("ns", sum.nanos()).endObject();
  }
}
