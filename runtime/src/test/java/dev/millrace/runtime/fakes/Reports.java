package dev.millrace.runtime.fakes;

import dev.millrace.domain.error.Problem;
import dev.millrace.domain.port.ModelRuntime;
import dev.millrace.domain.port.ModelRuntime.Result;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** A listener that keeps every report as a line, and lets a test wait for one. Any thread. */
public final class Reports implements ModelRuntime.Listener {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final List<String> lines = new ArrayList<>();
  private final Map<Long, Result> results = new HashMap<>();
  private final Map<Long, Problem> problems = new HashMap<>();

  private synchronized void add(String line) {
    lines.add(line);
    notifyAll();
  }

  /** The first line at or after a position that fits, waiting for it if need be. */
  public synchronized String await(int from, Predicate<String> wanted) {
    long until = System.nanoTime() + PATIENCE.toNanos();
    for (int i = from; ; i++) {
      while (i >= lines.size()) {
        waitUntil(until);
      }
      if (wanted.test(lines.get(i))) {
        return lines.get(i);
      }
    }
  }

  public String await(String beginning) {
    return await(0, line -> line.startsWith(beginning));
  }

  private void waitUntil(long until) {
    long left = (until - System.nanoTime()) / 1_000_000;
    if (left <= 0) {
      int shown = Math.max(0, lines.size() - 40);
      throw new AssertionError("no such report; the last: " + lines.subList(shown, lines.size()));
    }
    try {
      wait(left);
    } catch (InterruptedException interrupted) {
      throw new AssertionError(interrupted);
    }
  }

  public synchronized int size() {
    return lines.size();
  }

  public synchronized List<String> lines() {
    return List.copyOf(lines);
  }

  /** All lines but heartbeats. */
  public List<String> work() {
    return lines().stream().filter(line -> !line.startsWith("heartbeat")).toList();
  }

  public long count(String beginning) {
    return lines().stream().filter(line -> line.startsWith(beginning)).count();
  }

  public synchronized void clear() {
    lines.clear();
  }

  public Result result(long lease) {
    await("done " + lease);
    synchronized (this) {
      return results.get(lease);
    }
  }

  public Problem problem(long lease) {
    await("failed " + lease + " ");
    synchronized (this) {
      return problems.get(lease);
    }
  }

  @Override
  public void ready(int deployment, String runtimeName) {
    add("ready " + deployment + " " + runtimeName);
  }

  @Override
  public void unavailable(int deployment, String runtimeName, Problem problem) {
    add("unavailable " + deployment + " " + runtimeName + " " + problem.message());
  }

  @Override
  public void started(long lease) {
    add("started " + lease);
  }

  @Override
  public void token(long lease, int id, String text) {
    add("token " + lease + " " + id + text);
  }

  @Override
  public void restarted(long lease) {
    add("restarted " + lease);
  }

  @Override
  public synchronized void done(long lease, Result result) {
    results.put(lease, result);
    add("done " + lease);
  }

  @Override
  public synchronized void failed(long lease, Problem problem) {
    problems.put(lease, problem);
    add("failed " + lease + " " + problem.code().wireName());
  }

  @Override
  public void heartbeat(String runtimeName) {
    add("heartbeat " + runtimeName);
  }

  @Override
  public void lost(String runtimeName, String reason) {
    add("lost " + runtimeName + ": " + reason);
  }
}
