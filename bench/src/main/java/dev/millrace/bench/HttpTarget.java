package dev.millrace.bench;

import java.util.List;
import java.util.Locale;

/** The doors that {@code bench http} can load, each with the model it asks when none is named. */
enum HttpTarget {
  TASKS("sim"),
  V2("card_fraud_heavy_gbdt"),
  EMBEDDINGS("minilm"),
  COMPLETIONS("tale-1.1m"),
  CHAT("sim");

  private final String defaultModel;

  HttpTarget(String defaultModel) {
    this.defaultModel = defaultModel;
  }

  static HttpTarget named(String label) {
    for (HttpTarget target : values()) {
      if (target.label().equals(label)) {
        return target;
      }
    }
    throw new UsageFailure("--target", label, "tasks, v2, embeddings, completions, chat");
  }

  String defaultModel() {
    return defaultModel;
  }

  String path(String model) {
    return switch (this) {
      case TASKS -> "/v1/tasks";
      case V2 -> "/v2/models/" + model + "/infer";
      case EMBEDDINGS -> "/v1/embeddings";
      case COMPLETIONS -> "/v1/completions";
      case CHAT -> "/v1/chat/completions";
    };
  }

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Several bodies, sent in turn, so that a cache in the server does not answer for the model. */
  List<String> bodies(HttpPlan plan) {
    return switch (this) {
      case TASKS -> List.of(HttpBodies.task(plan));
      case V2 -> HttpBodies.cardFraud(plan);
      case EMBEDDINGS -> HttpBodies.embeddings(plan);
      case COMPLETIONS -> HttpBodies.completions(plan);
      case CHAT -> HttpBodies.chat(plan);
    };
  }
}
