package dev.millrace.ingress.grpc;

import com.google.protobuf.MessageLite;
import dev.millrace.domain.port.ModelRepository.Entry;
import dev.millrace.domain.port.ModelRepository.State;
import dev.millrace.ingress.grpc.wire.RepositoryIndexRequest;
import dev.millrace.ingress.grpc.wire.RepositoryIndexResponse;
import dev.millrace.ingress.grpc.wire.RepositoryIndexResponse.ModelIndex;
import dev.millrace.ingress.grpc.wire.RepositoryModelLoadRequest;
import dev.millrace.ingress.grpc.wire.RepositoryModelLoadResponse;
import dev.millrace.ingress.grpc.wire.RepositoryModelUnloadRequest;
import dev.millrace.ingress.grpc.wire.RepositoryModelUnloadResponse;
import dev.millrace.ingress.http.Loop;
import dev.millrace.ingress.v2.Catalog;
import dev.millrace.ingress.v2.InferRequest;
import dev.millrace.ingress.v2.RepositoryWork;
import java.util.concurrent.Executor;

/** Which deployments there are, and taking them out of service and back. */
final class RepositoryCalls {

  private final Catalog catalog;
  private final Loop loop;
  private final RepositoryWork work;

  RepositoryCalls(Catalog catalog, Loop loop, Executor background) {
    this.catalog = catalog;
    this.loop = loop;
    this.work = new RepositoryWork(background);
  }

  void index(GrpcCall call) {
    Unary.serve(
        call,
        RepositoryIndexRequest.parser(),
        (to, asked) -> {
          RepositoryIndexResponse.Builder answer = RepositoryIndexResponse.newBuilder();
          for (Entry entry : catalog.repository().index()) {
            if (!asked.getReady() || entry.state() == State.READY) {
              answer.addModels(
                  ModelIndex.newBuilder()
                      .setName(entry.name())
                      .setVersion(entry.version())
                      .setState(RepositoryWork.stateName(entry.state()))
                      .setReason(entry.reason()));
            }
          }
          to.end(answer.build());
        });
  }

  void load(GrpcCall call) {
    Unary.serve(
        call,
        RepositoryModelLoadRequest.parser(),
        (to, asked) -> {
          // A deployment is what the configuration says; no files and settings by this door.
          if (!asked.getParametersMap().isEmpty()) {
            throw InferRequest.unsupported("/parameters");
          }
          String model = asked.getModelName();
          run(
              to,
              () -> catalog.repository().load(model),
              RepositoryModelLoadResponse.getDefaultInstance());
        });
  }

  void unload(GrpcCall call) {
    Unary.serve(
        call,
        RepositoryModelUnloadRequest.parser(),
        (to, asked) -> {
          String model = asked.getModelName();
          run(
              to,
              () -> catalog.repository().unload(model),
              RepositoryModelUnloadResponse.getDefaultInstance());
        });
  }

  private void run(GrpcCall call, Runnable action, MessageLite answer) {
    work.run(
        action,
        problem ->
            loop.execute(
                () -> {
                  if (problem == null) {
                    call.end(answer);
                  } else {
                    call.fail(problem);
                  }
                }));
  }
}
