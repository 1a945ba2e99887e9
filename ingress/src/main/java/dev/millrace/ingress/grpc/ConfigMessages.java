package dev.millrace.ingress.grpc;

import dev.millrace.ingress.grpc.wire.DataType;
import dev.millrace.ingress.grpc.wire.ModelConfig;
import dev.millrace.ingress.grpc.wire.ModelDynamicBatching;
import dev.millrace.ingress.grpc.wire.ModelInput;
import dev.millrace.ingress.grpc.wire.ModelInstanceGroup;
import dev.millrace.ingress.grpc.wire.ModelOutput;
import dev.millrace.ingress.grpc.wire.ModelTransactionPolicy;
import dev.millrace.ingress.v2.ModelConfig.Port;

/** A model's configuration as a message. */
final class ConfigMessages {

  private ConfigMessages() {}

  static ModelConfig message(dev.millrace.ingress.v2.ModelConfig config) {
    ModelConfig.Builder message =
        ModelConfig.newBuilder()
            .setName(config.name())
            .setPlatform(config.platform())
            .setBackend(config.backend())
            .setMaxBatchSize(config.maxBatch())
            .setDefaultModelFilename(config.file())
            .setModelTransactionPolicy(
                ModelTransactionPolicy.newBuilder().setDecoupled(config.decoupled()))
            .addInstanceGroup(
                ModelInstanceGroup.newBuilder()
                    .setName(config.name())
                    .setKind(ModelInstanceGroup.Kind.KIND_CPU)
                    .setCount(config.concurrency()));
    for (Port port : config.inputs()) {
      message.addInput(
          ModelInput.newBuilder()
              .setName(port.name())
              .setDataType(DataType.valueOf(port.type()))
              .addAllDims(port.dims())
              .setOptional(port.optional()));
    }
    for (Port port : config.outputs()) {
      message.addOutput(
          ModelOutput.newBuilder()
              .setName(port.name())
              .setDataType(DataType.valueOf(port.type()))
              .addAllDims(port.dims()));
    }
    if (config.maxBatch() > 1) {
      message.setDynamicBatching(
          ModelDynamicBatching.newBuilder().addPreferredBatchSize(config.maxBatch()));
    }
    return message.build();
  }
}
