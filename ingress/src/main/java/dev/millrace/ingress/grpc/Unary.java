package dev.millrace.ingress.grpc;

import com.google.protobuf.Parser;

/** A method with one message in; most have one out. */
final class Unary {

  /** What a method does with its message. */
  @FunctionalInterface
  interface Body<T> {
    void run(GrpcCall call, T message);
  }

  private Unary() {}

  static <T> void serve(GrpcCall call, Parser<T> parser, Body<T> body) {
    call.receive(
        /* oneMessage= */ true,
        new GrpcCall.Receiver() {
          @Override
          public void message(byte[] message) {
            body.run(call, Messages.parse(parser, message));
          }

          @Override
          public void complete() {
            // The one message was all.
          }
        });
  }
}
