package dev.millrace.ingress.call;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.error.ProblemException;
import dev.millrace.domain.model.Deployment;
import dev.millrace.domain.model.ModelSpec;
import dev.millrace.domain.security.Principal;
import dev.millrace.domain.snapshot.ServingSnapshot;
import dev.millrace.domain.task.Durability;
import dev.millrace.domain.task.Input;
import dev.millrace.domain.task.Stamp;
import dev.millrace.domain.task.Stamps;
import dev.millrace.domain.task.Task;
import dev.millrace.domain.task.TaskClass;
import dev.millrace.domain.task.TaskIds;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes tasks of requests: fills in defaults, holds each value against its limit. One a loop. */
public final class TaskFactory {

  private static final byte[] NO_INPUT = {'{', '}'};

  private final Line line;
  private final TaskIds ids;
  private final Durability taskDurability;
  private final Durability callDurability;

  /**
   * @param taskDurability of a task that asks for none
   * @param callDurability of a plain call that asks for none
   */
  public TaskFactory(Line line, TaskIds ids, Durability taskDurability, Durability callDurability) {
    this.line = line;
    this.ids = ids;
    this.taskDurability = taskDurability;
    this.callDurability = callDurability;
  }

  /**
   * A task and what its client should know about its request.
   *
   * @param warnings such as fields that were ignored
   */
  public record Made(Task task, ModelSpec spec, List<String> warnings) {}

  /**
   * @throws ProblemException when the request cannot be served as it stands
   */
  public Made make(Principal principal, TaskRequest request) {
    ServingSnapshot snapshot = line.snapshots().current();
    ModelSpec spec = deployment(snapshot, request.model).spec();
    Input input = request.input == null ? new Input.Json(NO_INPUT) : request.input;
    List<String> warnings =
        input instanceof Input.Json(var utf8) ? InputCheck.check(spec, utf8) : List.of();
    Durability durability = durability(request);
    Task.Settings settings =
        new Task.Settings(
            taskClass(principal, request, spec),
            durability,
            request.onDisconnect,
            request.stream,
            budget(request, snapshot, spec),
            request.door,
            Names.session(request.session),
            Names.idempotencyKey(request.idempotencyKey));
    long now = line.clock().nanoTime();
    Stamps stamps = new Stamps();
    stamps.mark(Stamp.ACCEPTED, now);
    Task task =
        new Task(
            ids.next(durability),
            principal.tenant(),
            spec.name(),
            input,
            settings,
            line.clock().wallMillis(),
            now + settings.budgetMillis() * 1_000_000,
            snapshot.number(),
            stamps);
    return new Made(task, spec, warnings);
  }

  /**
   * What a model is, for doors that must know before they can make a request of what they read.
   *
   * @throws ProblemException when there is no such model
   */
  public ModelSpec spec(@Nullable String model) {
    return deployment(line.snapshots().current(), model).spec();
  }

  private Durability durability(TaskRequest request) {
    if (request.durability != null) {
      return request.durability;
    }
    return request.call ? callDurability : taskDurability;
  }

  private static Deployment deployment(ServingSnapshot snapshot, @Nullable String model) {
    if (model == null) {
      throw new ProblemException(Problem.invalid("/model", "nothing", "the name of a model"));
    }
    Deployment deployment = snapshot.deployment(model);
    if (deployment == null) {
      Problem damage = snapshot.whyNot(model);
      if (damage != null) {
        throw new ProblemException(damage);
      }
      Names.model(model);
      String shown = model.length() > 64 ? model.substring(0, 64) + "..." : model;
      throw new ProblemException(
          new Problem(
              ErrorCode.NOT_FOUND,
              "/model: no model is named '" + shown + "' (GET /v1/models lists them)",
              "/model",
              0));
    }
    return deployment;
  }

  private static TaskClass taskClass(Principal principal, TaskRequest request, ModelSpec spec) {
    TaskClass highest = principal.highestClass();
    if (request.taskClass == null) {
      TaskClass usual = spec.defaults().taskClass();
      return usual.compareTo(highest) < 0 ? highest : usual;
    }
    if (request.taskClass.compareTo(highest) < 0) {
      throw new ProblemException(
          new Problem(
              ErrorCode.FORBIDDEN,
              "/class: "
                  + request.taskClass.wireName()
                  + " (expected: at most "
                  + highest.wireName()
                  + " with this key)",
              "/class",
              0));
    }
    return request.taskClass;
  }

  private static long budget(TaskRequest request, ServingSnapshot snapshot, ModelSpec spec) {
    long most = snapshot.limits().deadlineMillis();
    long asked = request.deadlineMillis;
    if (asked == 0) {
      return Math.min(most, spec.defaults().deadlineMillis());
    }
    if (asked < 1 || asked > most) {
      throw new ProblemException(
          Problem.invalid("/deadline_ms", Long.toString(asked), "1.." + most));
    }
    return asked;
  }
}
