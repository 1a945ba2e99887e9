package dev.millrace.server.node;

import dev.millrace.domain.error.Problem;
import dev.millrace.domain.port.ModelRuntime;
import dev.millrace.domain.port.ModelRuntime.Listener;
import dev.millrace.domain.port.ModelRuntime.Result;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Passes every report on to the pool, and notes who is ready. Any thread. */
final class ReadinessListener implements ModelRuntime.Listener {

  private static final Logger LOG = LoggerFactory.getLogger(ReadinessListener.class);

  private final Listener pool;
  private final Readiness readiness;

  ReadinessListener(Listener pool, Readiness readiness) {
    this.pool = pool;
    this.readiness = readiness;
  }

  @Override
  public void ready(int deployment, String runtimeName) {
    // The pool first: who sees the node ready may send at once.
    pool.ready(deployment, runtimeName);
    readiness.ready(deployment, runtimeName);
  }

  @Override
  public void unavailable(int deployment, String runtimeName, Problem problem) {
    LOG.error("deployment {} on {}: {}", deployment, runtimeName, problem.message());
    readiness.unavailable(deployment, problem);
    pool.unavailable(deployment, runtimeName, problem);
  }

  @Override
  public void started(long lease) {
    pool.started(lease);
  }

  @Override
  public void token(long lease, int id, String text) {
    pool.token(lease, id, text);
  }

  @Override
  public void restarted(long lease) {
    pool.restarted(lease);
  }

  @Override
  public void done(long lease, Result result) {
    pool.done(lease, result);
  }

  @Override
  public void failed(long lease, Problem problem) {
    pool.failed(lease, problem);
  }

  @Override
  public void heartbeat(String runtimeName) {
    pool.heartbeat(runtimeName);
  }

  @Override
  public void lost(String runtimeName, String reason) {
    LOG.warn("lost {}: {}", runtimeName, reason);
    readiness.lost(runtimeName);
    pool.lost(runtimeName, reason);
  }
}
