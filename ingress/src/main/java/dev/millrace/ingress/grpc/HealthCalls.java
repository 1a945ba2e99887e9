package dev.millrace.ingress.grpc;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.error.ProblemException;
import dev.millrace.ingress.grpc.wire.HealthCheckRequest;
import dev.millrace.ingress.grpc.wire.HealthCheckResponse;
import dev.millrace.ingress.grpc.wire.HealthCheckResponse.ServingStatus;
import dev.millrace.ingress.v2.Catalog;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Health, version 1: of the server (no name) and of its services by name. Watchers are told within
 * a second of a change.
 */
final class HealthCalls {

  private static final int MOST_WATCHERS = 1_024;

  private final Catalog catalog;
  private final Set<String> services;
  private final Map<GrpcCall, ServingStatus> watchers = new LinkedHashMap<>();

  HealthCalls(Catalog catalog, Set<String> services) {
    this.catalog = catalog;
    this.services = services;
  }

  void check(GrpcCall call) {
    Unary.serve(
        call,
        HealthCheckRequest.parser(),
        (to, asked) -> {
          if (!isKnown(asked.getService())) {
            throw new ProblemException(
                Problem.of(
                    ErrorCode.NOT_FOUND,
                    "no such service (expected: none, or one of " + services + ")"));
          }
          to.end(answer(status()));
        });
  }

  private boolean isKnown(String service) {
    return service.isEmpty() || services.contains(service);
  }

  private ServingStatus status() {
    return catalog.ready() ? ServingStatus.SERVING : ServingStatus.NOT_SERVING;
  }

  private static HealthCheckResponse answer(ServingStatus status) {
    return HealthCheckResponse.newBuilder().setStatus(status).build();
  }

  void watch(GrpcCall call) {
    Unary.serve(
        call,
        HealthCheckRequest.parser(),
        (to, asked) -> {
          if (watchers.size() >= MOST_WATCHERS) {
            throw new ProblemException(
                Problem.retryAfter(
                    ErrorCode.OVERLOADED, MOST_WATCHERS + " watch (expected: fewer)", 5_000));
          }
          ServingStatus status =
              isKnown(asked.getService()) ? status() : ServingStatus.SERVICE_UNKNOWN;
          to.onGone(() -> watchers.remove(to));
          watchers.put(to, status);
          to.send(answer(status));
        });
  }

  /** Tells watchers what has changed. */
  void sweep() {
    ServingStatus now = status();
    watchers.replaceAll(
        (call, told) -> {
          if (told == now || told == ServingStatus.SERVICE_UNKNOWN || !call.isWritable()) {
            return told;
          }
          call.send(answer(now));
          return now;
        });
  }
}
