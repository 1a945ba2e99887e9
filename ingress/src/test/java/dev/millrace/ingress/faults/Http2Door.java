package dev.millrace.ingress.faults;

import com.google.protobuf.ByteString;
import dev.millrace.ingress.grpc.wire.ModelInferRequest;
import dev.millrace.ingress.testing.GrpcClient;

/** Doors of the one port, each with a request that is not answered before the test wants it. */
enum Http2Door {
  REST(
      Http2Script.post("/v1/completions"),
      FaultTest.ascii("{\"model\":\"sim\",\"prompt\":\"x\",\"stream\":true}")),
  GRPC(
      Http2Script.post(
          "/inference.GRPCInferenceService/ModelInfer", "content-type", "application/grpc"),
      GrpcClient.framed(
          ModelInferRequest.newBuilder()
              .setModelName("card-fraud")
              .addInputs(
                  ModelInferRequest.InferInputTensor.newBuilder()
                      .setName("features")
                      .setDatatype("FP32")
                      .addShape(1)
                      .addShape(16))
              .addRawInputContents(ByteString.copyFrom(new byte[64]))
              .build()
              .toByteArray(),
          /* compressed= */ false));

  private final byte[] head;
  private final byte[] body;

  Http2Door(byte[] head, byte[] body) {
    this.head = head;
    this.body = body;
  }

  byte[] head() {
    return head.clone();
  }

  byte[] body() {
    return body.clone();
  }
}
