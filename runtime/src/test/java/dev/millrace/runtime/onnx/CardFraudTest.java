package dev.millrace.runtime.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.port.ModelRuntime.Attempt;
import dev.millrace.domain.task.Input;
import dev.millrace.domain.tensor.DataType;
import dev.millrace.domain.tensor.Tensor;
import dev.millrace.kernel.Clock;
import dev.millrace.runtime.engine.LoadedModel;
import dev.millrace.runtime.testing.Assets;
import dev.millrace.runtime.testing.Attempts;
import dev.millrace.runtime.testing.Recorder;
import dev.millrace.runtime.testing.Specs;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tabular models: expected quality, batching, and every way in which a row can be wrong. */
@EnabledIf("dev.millrace.runtime.testing.Assets#present")
class CardFraudTest {

  private static LoadedModel light;
  private static LoadedModel heavy;
  private static List<float[]> rows;
  private static boolean[] fraud;

  private final Recorder recorder = new Recorder();

  @BeforeAll
  static void load() throws IOException {
    OnnxEngine engine = new OnnxEngine(Clock.system());
    light = engine.load(Specs.cardFraud("card_fraud_light_lr.onnx").deployment(1, 1));
    heavy = engine.load(Specs.cardFraud("card_fraud_heavy_gbdt.onnx").deployment(2, 2));
    rows = new ArrayList<>();
    List<Boolean> labels = new ArrayList<>();
    byte[] file = Assets.bytes("tabular/card_transactions_test.csv.gz");
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(new ByteArrayInputStream(file)), StandardCharsets.UTF_8))) {
      reader.readLine();
      for (String line; (line = reader.readLine()) != null; ) {
        String[] cells = line.split(",");
        float[] row = new float[16];
        for (int i = 0; i < 16; i++) {
          row[i] = Float.parseFloat(cells[4 + i]);
        }
        rows.add(row);
        labels.add(cells[20].equals("1"));
      }
    }
    fraud = new boolean[labels.size()];
    for (int i = 0; i < fraud.length; i++) {
      fraud[i] = labels.get(i);
    }
  }

  @AfterAll
  static void unload() {
    light.close();
    heavy.close();
  }

  @AfterEach
  void every_lease_ends_once() {
    assertThat(recorder.doubles()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"light, 0.622", "heavy, 0.718"})
  void average_precision_over_the_test_rows_is_the_documented_one(String which, double expected) {
    LoadedModel model = which.equals("light") ? light : heavy;
    assertThat(rows).hasSize(23_208);
    float[] scores = new float[rows.size()];
    int step = 1_000;
    for (int from = 0; from < rows.size(); from += step) {
      int to = Math.min(rows.size(), from + step);
      model.run(List.of(Attempts.of(from, tensor(rows.subList(from, to)))), recorder);
      List<Tensor> outputs = recorder.result(from).outputs();
      assertThat(outputs.get(0).name()).isEqualTo("label");
      assertThat(outputs.get(1).shape()).containsExactly(to - from, 2);
      float[] probabilities = outputs.get(1).floats();
      for (int i = from; i < to; i++) {
        scores[i] = probabilities[2 * (i - from) + 1];
      }
    }
    assertThat(averagePrecision(scores)).isCloseTo(expected, within(0.001));
  }

  private static double averagePrecision(float[] scores) {
    Integer[] order = new Integer[scores.length];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, (a, b) -> Float.compare(scores[b], scores[a]));
    double sum = 0;
    int hits = 0;
    for (int rank = 0; rank < order.length; rank++) {
      if (fraud[order[rank]]) {
        hits++;
        sum += (double) hits / (rank + 1);
      }
    }
    return sum / hits;
  }

  private static Input tensor(List<float[]> some) {
    float[] values = new float[some.size() * 16];
    for (int i = 0; i < some.size(); i++) {
      System.arraycopy(some.get(i), 0, values, i * 16, 16);
    }
    return Attempts.tensors(Tensor.ofFloats("features", new long[] {some.size(), 16}, values));
  }

  private static String json(float[] row) {
    return "{\"features\":" + Arrays.toString(row) + "}";
  }

  @Test
  void a_batch_of_attempts_answers_each_as_if_it_were_alone() {
    List<Attempt> batch = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      heavy.run(List.of(Attempts.of(100 + i, json(rows.get(i)))), recorder);
      batch.add(
          i % 3 == 0
              ? Attempts.of(200 + i, tensor(rows.subList(i, i + 1)))
              : Attempts.of(200 + i, json(rows.get(i))));
    }
    heavy.run(batch, recorder);
    for (int i = 0; i < 16; i++) {
      assertThat(recorder.result(200 + i).outputs()).isEqualTo(recorder.result(100 + i).outputs());
    }
  }

  @Test
  void attempts_of_several_rows_get_their_own_rows_back() {
    List<Attempt> batch = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      batch.add(Attempts.of(i, tensor(rows.subList(10 * i, 10 * i + i + 1))));
      batch.add(Attempts.of(100 + i, tensor(rows.subList(10 * i + i, 10 * i + i + 1))));
    }
    heavy.run(batch, recorder);
    for (int i = 0; i < 5; i++) {
      float[] many = recorder.result(i).outputs().get(1).floats();
      assertThat(many).hasSize(2 * (i + 1));
      assertThat(Arrays.copyOfRange(many, 2 * i, 2 * i + 2))
          .isEqualTo(recorder.result(100 + i).outputs().get(1).floats());
    }
  }

  @Test
  void one_bad_attempt_fails_alone() {
    float[] bad = rows.get(1).clone();
    bad[3] = Float.NaN;
    heavy.run(
        List.of(
            Attempts.of(1, json(rows.get(0))),
            Attempts.of(2, tensor(List.of(bad))),
            Attempts.of(3, "{\"features\":[1,2,3]}"),
            Attempts.of(4, json(rows.get(2)))),
        recorder);
    assertThat(recorder.result(1).outputs()).hasSize(2);
    assertThat(recorder.problem(2).code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
    assertThat(recorder.problem(2).field()).isEqualTo("/input/features/night");
    assertThat(recorder.problem(2).message()).contains("NaN (expected: a finite number)");
    assertThat(recorder.problem(3).message()).contains("3 numbers (expected: 16 numbers)");
    assertThat(recorder.result(4).outputs()).hasSize(2);
  }

  @Test
  void rows_may_be_lists_or_objects_by_name() {
    String named =
        "{\"t_risk_30d\":0,\"amount\":2.94,\"hour\":0.042,\"weekend\":0,\"night\":1,\"c_n_1d\":3,"
            + "\"c_avg_1d\":15.243,\"t_n_1d\":0,\"t_risk_1d\":0,\"c_n_7d\":20,\"c_avg_7d\":14.521,"
            + "\"t_n_7d\":2,\"t_risk_7d\":0,\"c_n_30d\":68,\"c_avg_30d\":16.221,\"t_n_30d\":13,"
            + "\"note\":{\"ignored\":[1]}}";
    String list = Arrays.toString(rows.getFirst());
    heavy.run(List.of(Attempts.of(1, "{\"features\":" + list + "}")), recorder);
    heavy.run(List.of(Attempts.of(2, "{\"features\":" + named + "}")), recorder);
    heavy.run(List.of(Attempts.of(3, "{\"features\":[" + named + "," + list + "]}")), recorder);
    assertThat(recorder.result(2).outputs()).isEqualTo(recorder.result(1).outputs());
    assertThat(recorder.result(3).outputs().get(0).shape()).containsExactly(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{}|/input/features: absent",
        "[]|/input: no object",
        "{\"features\":1}|/input/features: an integer",
        "{\"features\":[]}|an empty list",
        "{\"features\":[[]]}|0 numbers",
        "{\"features\":\"x\"}|a text",
        "{\"features\":null}|null",
        "{\"features\":[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17]}|more than 16",
        "{\"features\":[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,\"16\"]}|/input/features/0/15: a text",
        "{\"features\":[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,[16]]}|/input/features/0/15: a list",
        "{\"features\":[1e400,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16]}|beyond float32",
        "{\"features\":[1e39,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16]}|beyond float32",
        "{\"features\":[NaN,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16]}|JSON that cannot be read",
        "{\"features\":[1],\"features\":[1]}|/input/features: 1 numbers",
        "{\"features\":{\"amount\":1}}|absent",
        "{\"a\":1,\"a\":2}|JSON that cannot be read",
        "{\"features\":[[[[[[[[[[1]]]]]]]]]]}|a list",
        "{|JSON that cannot be read",
        "{\"features\":[1,2|JSON that cannot be read"
      })
  void a_malformed_row_is_refused_with_field_found_and_expected(String json, String found) {
    heavy.run(List.of(Attempts.of(1, json)), recorder);
    assertThat(recorder.problem(1).code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
    assertThat(recorder.problem(1).message()).contains(found).contains("(expected: ");
    assertThat(recorder.problem(1).field()).startsWith("/input");
  }

  @Test
  void nesting_beyond_the_limit_is_refused() {
    heavy.run(
        List.of(Attempts.of(1, "{\"x\":" + "[".repeat(10_000) + "]".repeat(10_000) + "}")),
        recorder);
    assertThat(recorder.problem(1).code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
  }

  @Test
  void more_rows_than_the_limit_are_too_large() {
    heavy.run(List.of(Attempts.of(1, tensor(rows.subList(0, 5_000)))), recorder);
    assertThat(recorder.problem(1).code()).isEqualTo(ErrorCode.TOO_LARGE);
    assertThat(recorder.problem(1).message()).contains("5000 rows (expected: at most 4096)");
  }

  @Test
  void tensors_of_another_shape_type_or_name_are_refused() {
    heavy.run(
        List.of(
            Attempts.of(
                1,
                Attempts.tensors(Tensor.ofFloats("features", new long[] {1, 15}, new float[15]))),
            Attempts.of(
                2, Attempts.tensors(Tensor.ofLongs("features", new long[] {1, 16}, new long[16]))),
            Attempts.of(
                3, Attempts.tensors(Tensor.ofFloats("features", new long[] {16}, new float[16]))),
            Attempts.of(
                4, Attempts.tensors(Tensor.ofFloats("feature", new long[] {1, 16}, new float[16]))),
            Attempts.of(
                5, Attempts.tensors(Tensor.ofFloats("features", new long[] {0, 16}, new float[0]))),
            Attempts.of(6, Attempts.tensors())),
        recorder);
    assertThat(recorder.problem(1).message()).contains("FP32 [1, 15] (expected: FP32 [N, [16]])");
    assertThat(recorder.problem(2).message()).contains("INT64 [1, 16]");
    assertThat(recorder.problem(3).message()).contains("FP32 [16]");
    assertThat(recorder.problem(4).message()).contains("/input/feature").contains("features.raw");
    assertThat(recorder.problem(5).message()).contains("FP32 [0, 16]");
    assertThat(recorder.problem(6).message()).contains("absent");
  }

  @Test
  void bare_tensors_go_straight_to_the_model() {
    float[] nan = rows.getFirst().clone();
    nan[0] = Float.NaN;
    heavy.run(
        List.of(
            Attempts.of(
                1, Attempts.tensors(Tensor.ofFloats("features.raw", new long[] {1, 16}, nan))),
            Attempts.of(
                2,
                Attempts.tensors(Tensor.ofFloats("features.raw", new long[] {1, 4}, new float[4]))),
            Attempts.of(
                3,
                Attempts.tensors(
                    new Tensor("features.raw", DataType.FP64, new long[] {1, 16}, new byte[128])))),
        recorder);
    // The declared policy belongs to the steps, which bare tensors pass by.
    assertThat(recorder.result(1).outputs().get(1).floats()[1]).isCloseTo(0.99999f, within(1e-4f));
    assertThat(recorder.problem(2).message()).contains("shape [1, 4] (expected: shape [any, 16])");
    assertThat(recorder.problem(3).message()).contains("FP64 (expected: FP32)");
  }

  @Test
  void an_attempt_whose_time_is_over_fails_without_running() {
    heavy.run(
        List.of(
            Attempts.of(1, Attempts.json(json(rows.getFirst())), new int[0], 0),
            Attempts.of(2, Attempts.json(json(rows.getFirst())), new int[0], 60_000)),
        recorder);
    assertThat(recorder.problem(1).code()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED);
    assertThat(recorder.result(2).outputs()).hasSize(2);
    assertThat(recorder.started()).containsExactly(2L);
  }

  @Test
  void a_cancel_before_the_run_begins_ends_the_attempt() {
    // The first batch's own start cancels the second, which waits behind it on the only slot.
    recorder.onStart(
        lease -> {
          if (lease == 1) {
            light.run(List.of(Attempts.of(2, json(rows.getFirst()))), recorder);
            light.cancel(2);
          }
        });
    light.run(List.of(Attempts.of(1, json(rows.getFirst()))), recorder);
    assertThat(recorder.result(1).outputs()).hasSize(2);
    assertThat(recorder.problem(2).code()).isEqualTo(ErrorCode.CANCELLED);
    light.cancel(999);
  }

  @Test
  void a_full_queue_refuses_and_a_closed_model_ends_what_waits() throws InterruptedException {
    LoadedModel model =
        new OnnxEngine(Clock.system())
            .load(Specs.cardFraud("card_fraud_light_lr.onnx").deployment(5, 1));
    var entered = new CountDownLatch(1);
    var leave = new CountDownLatch(1);
    recorder.onStart(
        lease -> {
          entered.countDown();
          try {
            leave.await();
          } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
          }
        });
    model.run(List.of(Attempts.of(0, json(rows.getFirst()))), recorder);
    entered.await();
    for (int i = 1; i <= 70; i++) {
      model.run(List.of(Attempts.of(i, json(rows.getFirst()))), recorder);
    }
    assertThat(recorder.problem(70).code()).isEqualTo(ErrorCode.OVERLOADED);
    assertThat(recorder.problem(70).retryAfterMillis()).isPositive();
    model.close();
    assertThat(recorder.problem(64).code()).isEqualTo(ErrorCode.CANCELLED);
    assertThat(recorder.end(0)).isNotNull();
  }
}
