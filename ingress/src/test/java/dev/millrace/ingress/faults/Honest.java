package dev.millrace.ingress.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.ingress.grpc.wire.ServerLiveRequest;
import dev.millrace.ingress.grpc.wire.ServerLiveResponse;
import dev.millrace.ingress.testing.Doors;
import dev.millrace.ingress.testing.GrpcClient;

/**
 * A client that does nothing wrong, on connections of its own that stay open beside the hostile
 * ones: HTTP/1.1, HTTP/2 and gRPC.
 */
final class Honest implements AutoCloseable {

  private static final String TASK = "{\"model\":\"sim\",\"input\":{}}";

  private final Doors doors;
  private final GrpcClient grpc;

  Honest(Doors doors) {
    this.doors = doors;
    this.grpc = new GrpcClient(doors.port());
    isServed();
  }

  /** Asks on every protocol as if nothing had happened. */
  void isServed() {
    assertThat(doors.send(doors.post("/v1/tasks", TASK)).statusCode()).isEqualTo(202);
    assertThat(doors.sendHttp2(doors.post("/v1/tasks", TASK)).statusCode()).isEqualTo(202);
    assertThat(
            grpc.unary(
                    "ServerLive",
                    ServerLiveRequest.getDefaultInstance(),
                    ServerLiveResponse.parser())
                .getLive())
        .isTrue();
  }

  @Override
  public void close() {
    grpc.close();
  }
}
