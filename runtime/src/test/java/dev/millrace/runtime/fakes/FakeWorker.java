package dev.millrace.runtime.fakes;

import dev.millrace.domain.error.ProblemException;
import dev.millrace.domain.model.Deployment;
import dev.millrace.domain.port.ModelRuntime.Attempt;
import dev.millrace.domain.port.ModelRuntime.Listener;
import dev.millrace.runtime.engine.Engine;
import dev.millrace.runtime.engine.LoadedModel;
import dev.millrace.runtime.worker.AttemptHost;
import dev.millrace.runtime.worker.WorkerMain;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The main class of a worker process with fake engines, and their host. */
public final class FakeWorker {

  /** Names a file that the process is to hold locked as long as it lives. */
  public static final String LOCK = "millrace.test.lock";

  private FakeWorker() {}

  public static Path lockIn(Path folder) {
    return folder.resolve("alive");
  }

  public static void main(String[] arguments) throws IOException {
    String file = System.getProperty(LOCK);
    if (file != null) {
      FileChannel.open(Path.of(file), StandardOpenOption.CREATE, StandardOpenOption.WRITE).lock();
    }
    WorkerMain.run(arguments, listener -> new Host(new FakeEngine(), listener));
  }

  /** Hosts one engine's models. */
  static final class Host implements AttemptHost {
    private final Engine engine;
    private final Listener listener;
    private final Map<Integer, LoadedModel> models = new ConcurrentHashMap<>();

    Host(Engine engine, Listener listener) {
      this.engine = engine;
      this.listener = listener;
    }

    @Override
    public void load(Deployment deployment) {
      try {
        models.put(deployment.id(), engine.load(deployment));
        listener.ready(deployment.id(), "host");
      } catch (ProblemException refused) {
        listener.unavailable(deployment.id(), "host", refused.problem());
      }
    }

    @Override
    public void unload(int deployment) {
      LoadedModel model = models.remove(deployment);
      if (model != null) {
        model.close();
      }
    }

    @Override
    public void assign(Deployment deployment, List<Attempt> attempts) {
      models.get(deployment.id()).run(attempts, listener);
    }

    @Override
    public void cancel(long lease) {
      models.values().forEach(model -> model.cancel(lease));
    }

    @Override
    public void close() {
      models.values().forEach(LoadedModel::close);
    }
  }
}
