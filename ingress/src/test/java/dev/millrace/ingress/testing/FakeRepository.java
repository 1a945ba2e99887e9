package dev.millrace.ingress.testing;

import dev.millrace.domain.error.Problem;
import dev.millrace.domain.error.ProblemException;
import dev.millrace.domain.port.ModelRepository;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A repository of three deployments that remembers what it was asked to do. */
public final class FakeRepository implements ModelRepository {

  private final List<String> asked = new CopyOnWriteArrayList<>();
  private volatile @Nullable Problem refusal;

  /** From now on nothing is loaded or unloaded, for this reason. */
  public void refuse(Problem problem) {
    refusal = problem;
  }

  public List<String> asked() {
    return List.copyOf(asked);
  }

  @Override
  public List<Entry> index() {
    return List.of(
        new Entry("card-fraud", "1", State.READY, ""),
        new Entry("photo", "1", State.LOADING, "loading"),
        new Entry("tale", "1", State.UNLOADED, "unloaded"));
  }

  @Override
  public void load(String model) {
    ask("load " + model);
  }

  @Override
  public void unload(String model) {
    ask("unload " + model);
  }

  private void ask(String what) {
    Problem problem = refusal;
    if (problem != null) {
      throw new ProblemException(problem);
    }
    asked.add(what);
  }
}
