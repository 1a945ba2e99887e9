package dev.millrace.runtime.worker;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.model.Deployment;
import dev.millrace.domain.port.ModelRuntime.Attempt;
import dev.millrace.kernel.bytes.MalformedBytes;
import dev.millrace.runtime.worker.wire.Connection;
import dev.millrace.runtime.worker.wire.Frame;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A worker's side after the greeting: does what the node asks until the node is gone or the work is
 * drained. The reading thread only hands over; loading has a thread of its own.
 */
final class WorkerSession {

  private static final Logger LOG = LoggerFactory.getLogger(WorkerSession.class);
  private static final int MOST_CREDITS = 1 << 20;

  private final Connection connection;
  private final ReportsToNode reports;
  private final AttemptHost host;
  private final ConcurrentMap<Integer, Deployment> deployments = new ConcurrentHashMap<>();
  private final ExecutorService loader =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().name("worker-loader").daemon(true).factory());
  private volatile boolean drained;

  WorkerSession(Connection connection, ReportsToNode reports, AttemptHost host) {
    this.connection = connection;
    this.reports = reports;
    this.host = host;
  }

  /** Returns when the link has ended. */
  Exit serve() {
    try {
      Frame frame;
      while ((frame = connection.read()) != null) {
        if (!(frame instanceof Frame.FromNode fromNode)) {
          throw new MalformedBytes(
              "a " + frame.getClass().getSimpleName() + " (expected: a frame of a node)");
        }
        handle(fromNode);
      }
    } catch (MalformedBytes malformed) {
      LOG.error("the node broke the protocol: {}", malformed.getMessage());
      return Exit.BROKEN_PROTOCOL;
    } catch (IOException gone) {
      LOG.info("the link to the node failed: {}", gone.toString());
    }
    return drained ? Exit.DRAINED : Exit.NODE_GONE;
  }

  private void handle(Frame.FromNode frame) {
    switch (frame) {
      case Frame.Assign(var deployment, var attempts) -> assign(deployment, attempts);
      case Frame.Cancel(var lease) -> host.cancel(lease);
      case Frame.Credit(var tokens) -> credit(tokens);
      case Frame.Deploy(var deployment) -> {
        deployments.put(deployment.id(), deployment);
        loader.execute(() -> load(deployment));
      }
      case Frame.Undeploy(var deployment) -> {
        deployments.remove(deployment);
        loader.execute(() -> unload(deployment));
      }
      case Frame.Drain() -> drain();
      case Frame.Welcome welcome ->
          throw new MalformedBytes("a second welcome, " + welcome + " (expected: none)");
      case Frame.Refused refused ->
          throw new MalformedBytes("a refusal after the welcome: " + refused.reason());
    }
  }

  private void credit(int tokens) {
    if (tokens < 1 || tokens > MOST_CREDITS) {
      throw new MalformedBytes(
          "a credit of " + tokens + " tokens (expected: 1.." + MOST_CREDITS + ")");
    }
    reports.credit(tokens);
  }

  private void assign(int id, List<Attempt> attempts) {
    attempts.forEach(attempt -> reports.hold(attempt.lease()));
    Deployment deployment = deployments.get(id);
    if (deployment == null) {
      fail(attempts, Problem.of(ErrorCode.MODEL_LOADING, "deployment " + id + " is not here"));
      return;
    }
    try {
      host.assign(deployment, attempts);
    } catch (RuntimeException failure) {
      LOG.error("deployment {} did not take a batch", id, failure);
      fail(attempts, Problem.of(ErrorCode.RUNTIME_FAILED, "the batch was not taken"));
    }
  }

  private void fail(List<Attempt> attempts, Problem problem) {
    attempts.forEach(attempt -> reports.failed(attempt.lease(), problem));
  }

  private void load(Deployment deployment) {
    try {
      host.load(deployment);
    } catch (RuntimeException | LinkageError failure) {
      // A native library that is missing is a linkage error, and the node must hear of it.
      LOG.error("{} could not be loaded", deployment.model(), failure);
      Problem problem = Problem.of(ErrorCode.RUNTIME_FAILED, "not loaded: " + failure);
      reports.unavailable(deployment.id(), "", problem);
    }
  }

  private void unload(int deployment) {
    try {
      host.unload(deployment);
    } catch (RuntimeException failure) {
      LOG.error("deployment {} could not be unloaded", deployment, failure);
    }
  }

  private void drain() {
    // On the loader's thread: nothing is loaded any more while the host is closed.
    reports.drained().thenRun(() -> loader.execute(this::leave));
  }

  private void leave() {
    try {
      host.close();
    } catch (RuntimeException failure) {
      LOG.error("the host could not be closed", failure);
    }
    drained = true;
    connection.put(new Frame.Bye());
  }
}
