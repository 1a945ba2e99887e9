package dev.millrace.domain.snapshot;

import dev.millrace.domain.error.Problem;
import dev.millrace.domain.model.Deployment;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the node serves and how, all of it, at one moment. Built aside, checked whole, swapped by
 * one reference; never changed.
 *
 * @param number grows by one with each snapshot
 * @param deployments by model name
 * @param refused models that are configured but damaged, by name: why each is not served
 * @param limits of requests
 * @param builtAtWallMillis when
 */
public record ServingSnapshot(
    long number,
    Map<String, Deployment> deployments,
    Map<String, Refused> refused,
    RequestLimits limits,
    long builtAtWallMillis) {

  /**
   * A model that was left out.
   *
   * @param problem for whoever asks for it, with the value found and the value expected
   * @param required whether the node is not ready without it
   */
  public record Refused(Problem problem, boolean required) {}

  /** With nothing refused. */
  public ServingSnapshot(
      long number,
      Map<String, Deployment> deployments,
      RequestLimits limits,
      long builtAtWallMillis) {
    this(number, deployments, Map.of(), limits, builtAtWallMillis);
  }

  public @Nullable Deployment deployment(String model) {
    return deployments.get(model);
  }

  /** Why a configured model is not served; null when it is, or nobody configured it. */
  public @Nullable Problem whyNot(String model) {
    Refused found = refused.get(model);
    return found == null ? null : found.problem();
  }
}
