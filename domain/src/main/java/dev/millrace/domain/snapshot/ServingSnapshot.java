package dev.millrace.domain.snapshot;

import dev.millrace.domain.model.Deployment;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the node serves and how, all of it, at one moment. Built aside, checked whole, swapped by
 * one reference; never changed.
 *
 * @param number grows by one with each snapshot
 * @param deployments by model name
 * @param limits of requests
 * @param builtAtWallMillis when
 */
public record ServingSnapshot(
    long number,
    Map<String, Deployment> deployments,
    RequestLimits limits,
    long builtAtWallMillis) {

  public @Nullable Deployment deployment(String model) {
    return deployments.get(model);
  }
}
