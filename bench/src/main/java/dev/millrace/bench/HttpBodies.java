package dev.millrace.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import tools.jackson.databind.json.JsonMapper;

/** What the requests say; the same in every run. */
final class HttpBodies {

  static final int VARIANTS = 64;
  static final int CARD_FEATURES = 16;
  static final long SEED = 11;

  private static final List<String> SUBJECTS =
      List.of(
          "my card",
          "the last invoice",
          "our new office",
          "the blue lamp",
          "a lost parcel",
          "the second order",
          "this password",
          "the train to town");
  private static final List<String> WISHES =
      List.of(
          "has not arrived yet",
          "should be sent again",
          "needs a new address",
          "was paid twice",
          "does not work today",
          "is what I ask about",
          "can be changed online",
          "was a pleasant surprise");

  private static final JsonMapper JSON = new JsonMapper();

  private HttpBodies() {}

  static String task(HttpPlan plan) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("model", plan.model());
    body.put("input", Map.of("tokens", plan.tokens()));
    if (plan.durability() != null) {
      body.put("durability", plan.durability());
    }
    return JSON.writeValueAsString(body);
  }

  /** Card transactions of made-up but possible size: FP32 features [rows, 16]. */
  static List<String> cardFraud(HttpPlan plan) {
    Random random = new Random(SEED);
    List<String> bodies = new ArrayList<>();
    for (int i = 0; i < VARIANTS; i++) {
      List<Float> data = new ArrayList<>();
      for (int row = 0; row < plan.rows(); row++) {
        addTransaction(data, random);
      }
      Map<String, Object> input = new LinkedHashMap<>();
      input.put("name", "features");
      input.put("shape", List.of(plan.rows(), CARD_FEATURES));
      input.put("datatype", "FP32");
      input.put("data", data);
      Map<String, Object> body = new LinkedHashMap<>();
      body.put("inputs", List.of(input));
      if (plan.durability() != null) {
        body.put("parameters", Map.of("x-millrace-durability", plan.durability()));
      }
      bodies.add(JSON.writeValueAsString(body));
    }
    return bodies;
  }

  static void addTransaction(List<Float> data, Random random) {
    data.add(hundredths(random.nextFloat() * 300));
    float hour = hundredths(random.nextFloat() * 24);
    data.add(hour);
    data.add((float) random.nextInt(2));
    data.add(hour < 6 ? 1f : 0f);
    for (int days : new int[] {1, 7, 30}) {
      data.add((float) (1 + random.nextInt(3 * days)));
      data.add(hundredths(random.nextFloat() * 150));
      data.add((float) (1 + random.nextInt(10 * days)));
      data.add(hundredths(random.nextFloat() * 0.1f));
    }
  }

  private static float hundredths(float value) {
    return Math.round(value * 100) / 100f;
  }

  static List<String> embeddings(HttpPlan plan) {
    return sentences().stream()
        .map(
            sentence -> {
              Map<String, Object> body = new LinkedHashMap<>();
              body.put("model", plan.model());
              body.put("input", sentence);
              return JSON.writeValueAsString(body);
            })
        .toList();
  }

  static List<String> completions(HttpPlan plan) {
    return sentences().stream()
        .map(
            sentence -> {
              Map<String, Object> body = new LinkedHashMap<>();
              body.put("model", plan.model());
              body.put("prompt", sentence);
              body.put("max_tokens", Math.max(1, plan.tokens()));
              return JSON.writeValueAsString(body);
            })
        .toList();
  }

  static List<String> chat(HttpPlan plan) {
    return sentences().stream()
        .map(
            sentence -> {
              Map<String, Object> body = new LinkedHashMap<>();
              body.put("model", plan.model());
              body.put("messages", List.of(Map.of("role", "user", "content", sentence)));
              body.put("max_tokens", Math.max(1, plan.tokens()));
              return JSON.writeValueAsString(body);
            })
        .toList();
  }

  static List<String> sentences() {
    List<String> sentences = new ArrayList<>();
    for (String subject : SUBJECTS) {
      for (String wish : WISHES) {
        sentences.add(subject + " " + wish);
      }
    }
    return sentences;
  }
}
