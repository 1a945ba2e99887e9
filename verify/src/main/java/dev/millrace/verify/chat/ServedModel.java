package dev.millrace.verify.chat;

import dev.millrace.domain.model.Deployment;
import dev.millrace.domain.model.ModelSpec;
import dev.millrace.domain.model.ModelSpec.Isolation;
import dev.millrace.domain.port.ModelRuntime.Attempt;
import dev.millrace.domain.task.Input;
import dev.millrace.domain.task.Task;
import dev.millrace.domain.task.TaskId;
import dev.millrace.kernel.Clock;
import dev.millrace.runtime.engine.LoadedModel;
import dev.millrace.runtime.llama.LlamaEngine;
import dev.millrace.runtime.llama.LlamaSettings;
import dev.millrace.verify.bench.Tasks;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The same model behind the engine that a worker runs. */
final class ServedModel implements AutoCloseable {

  private static final long PATIENCE_MILLIS = 60_000;

  private final LoadedModel model;
  private long lease;

  ServedModel(Path library, ModelSpec spec, int concurrency) {
    LlamaSettings settings = new LlamaSettings(List.of(library), 512L << 20, 1);
    this.model =
        new LlamaEngine(Clock.system(), settings)
            .load(new Deployment(1, spec, "main", Isolation.IN_PROCESS, 1, concurrency, true));
  }

  /**
   * Answers all prompts together, the likeliest token each time; waits for the last.
   *
   * @param prompts JSON strings without quotes
   */
  Arrivals answer(List<String> prompts, int tokens) {
    List<Attempt> attempts = new ArrayList<>();
    for (String prompt : prompts) {
      String body =
          "{\"prompt\":\"" + prompt + "\",\"max_tokens\":" + tokens + ",\"temperature\":0}";
      attempts.add(new Attempt(++lease, 1, task(body), new int[0], PATIENCE_MILLIS));
    }
    Arrivals arrivals = new Arrivals(attempts.stream().map(Attempt::lease).toList());
    model.run(attempts, arrivals);
    arrivals.await();
    return arrivals;
  }

  private static Task task(String body) {
    byte[] utf8 = body.getBytes(StandardCharsets.UTF_8);
    return Tasks.of(new TaskId(0, 0, true), "chat", new Input.Json(utf8));
  }

  @Override
  public void close() {
    model.close();
  }
}
