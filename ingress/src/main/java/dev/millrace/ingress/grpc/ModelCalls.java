package dev.millrace.ingress.grpc;

import dev.millrace.domain.port.ModelStatistics.Counts;
import dev.millrace.domain.port.ModelStatistics.Sum;
import dev.millrace.ingress.grpc.wire.InferStatistics;
import dev.millrace.ingress.grpc.wire.ModelConfigRequest;
import dev.millrace.ingress.grpc.wire.ModelConfigResponse;
import dev.millrace.ingress.grpc.wire.ModelMetadataRequest;
import dev.millrace.ingress.grpc.wire.ModelMetadataResponse;
import dev.millrace.ingress.grpc.wire.ModelMetadataResponse.TensorMetadata;
import dev.millrace.ingress.grpc.wire.ModelReadyRequest;
import dev.millrace.ingress.grpc.wire.ModelReadyResponse;
import dev.millrace.ingress.grpc.wire.ModelStatistics;
import dev.millrace.ingress.grpc.wire.ModelStatisticsRequest;
import dev.millrace.ingress.grpc.wire.ModelStatisticsResponse;
import dev.millrace.ingress.grpc.wire.ServerLiveRequest;
import dev.millrace.ingress.grpc.wire.ServerLiveResponse;
import dev.millrace.ingress.grpc.wire.ServerMetadataRequest;
import dev.millrace.ingress.grpc.wire.ServerMetadataResponse;
import dev.millrace.ingress.grpc.wire.ServerReadyRequest;
import dev.millrace.ingress.grpc.wire.ServerReadyResponse;
import dev.millrace.ingress.grpc.wire.StatisticDuration;
import dev.millrace.ingress.v2.Catalog;
import dev.millrace.ingress.v2.ModelConfig;
import dev.millrace.ingress.v2.Signature;

/** What the server and its models say of themselves. */
final class ModelCalls {

  private final Catalog catalog;

  ModelCalls(Catalog catalog) {
    this.catalog = catalog;
  }

  void serverLive(GrpcCall call) {
    Unary.serve(
        call,
        ServerLiveRequest.parser(),
        (to, _) -> to.end(ServerLiveResponse.newBuilder().setLive(true).build()));
  }

  void serverReady(GrpcCall call) {
    Unary.serve(
        call,
        ServerReadyRequest.parser(),
        (to, _) -> to.end(ServerReadyResponse.newBuilder().setReady(catalog.ready()).build()));
  }

  void serverMetadata(GrpcCall call) {
    ServerMetadataResponse.Builder answer =
        ServerMetadataResponse.newBuilder()
            .setName(Catalog.SERVER)
            .setVersion(catalog.version())
            .addAllExtensions(Catalog.EXTENSIONS);
    Unary.serve(call, ServerMetadataRequest.parser(), (to, _) -> to.end(answer.build()));
  }

  void modelReady(GrpcCall call) {
    Unary.serve(
        call,
        ModelReadyRequest.parser(),
        (to, asked) -> {
          boolean ready = catalog.ready(catalog.model(asked.getName(), asked.getVersion()));
          to.end(ModelReadyResponse.newBuilder().setReady(ready).build());
        });
  }

  void modelMetadata(GrpcCall call) {
    Unary.serve(call, ModelMetadataRequest.parser(), this::metadata);
  }

  private void metadata(GrpcCall call, ModelMetadataRequest asked) {
    Catalog.Model model = catalog.model(asked.getName(), asked.getVersion());
    ModelMetadataResponse.Builder answer =
        ModelMetadataResponse.newBuilder()
            .setName(model.spec().name())
            .addVersions(model.spec().version())
            .setPlatform(model.platform());
    model.signature().inputs().forEach(port -> answer.addInputs(tensor(port)));
    model.signature().outputs().forEach(port -> answer.addOutputs(tensor(port)));
    call.end(answer.build());
  }

  private static TensorMetadata tensor(Signature.Port port) {
    TensorMetadata.Builder tensor =
        TensorMetadata.newBuilder().setName(port.name()).setDatatype(port.type().name());
    tensor.addShape(-1);
    for (long size : port.row()) {
      tensor.addShape(size);
    }
    return tensor.build();
  }

  void modelConfig(GrpcCall call) {
    Unary.serve(
        call,
        ModelConfigRequest.parser(),
        (to, asked) -> {
          ModelConfig config = ModelConfig.of(catalog.model(asked.getName(), asked.getVersion()));
          to.end(
              ModelConfigResponse.newBuilder().setConfig(ConfigMessages.message(config)).build());
        });
  }

  void modelStatistics(GrpcCall call) {
    Unary.serve(
        call,
        ModelStatisticsRequest.parser(),
        (to, asked) -> {
          ModelStatisticsResponse.Builder answer = ModelStatisticsResponse.newBuilder();
          for (Catalog.Model model : catalog.models(asked.getName(), asked.getVersion())) {
            answer.addModelStats(statistics(model, catalog.counts(model)));
          }
          to.end(answer.build());
        });
  }

  private static ModelStatistics statistics(Catalog.Model model, Counts counts) {
    return ModelStatistics.newBuilder()
        .setName(model.spec().name())
        .setVersion(model.spec().version())
        .setLastInference(counts.lastWallMillis())
        .setInferenceCount(counts.succeeded().count())
        .setExecutionCount(counts.batches())
        .setInferenceStats(
            InferStatistics.newBuilder()
                .setSuccess(sum(counts.succeeded()))
                .setFail(sum(counts.failed()))
                .setQueue(sum(counts.queued()))
                .setComputeInfer(sum(counts.computed())))
        .build();
  }

  private static StatisticDuration sum(Sum sum) {
    return StatisticDuration.newBuilder().setCount(sum.count()).setNs(sum.nanos()).build();
  }
}
