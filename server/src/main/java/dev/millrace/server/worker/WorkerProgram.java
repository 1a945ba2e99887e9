package dev.millrace.server.worker;

import dev.millrace.domain.model.Deployment;
import dev.millrace.domain.port.ModelRuntime.Attempt;
import dev.millrace.domain.port.ModelRuntime.Listener;
import dev.millrace.kernel.Clock;
import dev.millrace.runtime.engine.InProcessRuntime;
import dev.millrace.runtime.worker.AttemptHost;
import dev.millrace.runtime.worker.WorkerMain;
import java.util.List;

/** A worker process: started by the node, never by hand. */
public final class WorkerProgram {

  private WorkerProgram() {}

  public static void main(String[] arguments) {
    WorkerMain.run(arguments, Host::new);
  }

  /** The engines behind the protocol's host. */
  private static final class Host implements AttemptHost {
    private final InProcessRuntime runtime;

    Host(Listener listener) {
      Clock clock = Clock.system();
      this.runtime =
          InProcessRuntime.replaceable(
              "worker", Engines.all(clock, LlamaFlags.read()), listener, clock);
    }

    @Override
    public void load(Deployment deployment) {
      runtime.load(deployment);
    }

    @Override
    public void unload(int deployment) {
      runtime.unload(deployment);
    }

    @Override
    public void assign(Deployment deployment, List<Attempt> attempts) {
      runtime.assign(deployment, attempts);
    }

    @Override
    public void cancel(long lease) {
      runtime.cancel(lease);
    }

    @Override
    public void close() {
      runtime.close();
    }
  }
}
