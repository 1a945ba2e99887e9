package dev.millrace.ingress.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.millrace.domain.tensor.Tensor;
import dev.millrace.ingress.grpc.wire.ModelInferRequest;
import dev.millrace.ingress.testing.GrpcClient;
import java.math.BigInteger;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Shapes, types and bytes that do not fit each other: one rule, whatever the numbers. */
class TensorShapesTest extends FaultTest {

  private static final int CASES = 400;
  private static final long[] SIZES = {
    1, 2, 3, 4, 16, 0, -1, -16, 1L << 31, 1L << 32, 1L << 62, Long.MAX_VALUE, Long.MIN_VALUE, 65_536
  };

  /** What an input of {@code FP32 [N, any]} takes: two dimensions, four bytes an element. */
  private static boolean fits(long[] shape, int bytes) {
    if (shape.length != 2) {
      return false;
    }
    BigInteger elements = BigInteger.ONE;
    for (long size : shape) {
      if (size < 1) {
        return false;
      }
      elements = elements.multiply(BigInteger.valueOf(size));
    }
    return elements.multiply(BigInteger.valueOf(Float.BYTES)).equals(BigInteger.valueOf(bytes));
  }

  private static long[] shape(Random random) {
    long[] shape = new long[random.nextInt(4) == 0 ? random.nextInt(9) : 2];
    for (int i = 0; i < shape.length; i++) {
      // Mostly small ones, so that some fit.
      shape[i] = SIZES[random.nextInt(random.nextBoolean() ? 5 : SIZES.length)];
    }
    return shape;
  }

  private static String text(long[] shape) {
    return LongStream.of(shape).mapToObj(Long::toString).collect(Collectors.joining(",", "[", "]"));
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2})
  void over_http_bytes_are_taken_exactly_where_they_are_what_the_shape_says(long seed) {
    doors.line.behave(stream -> stream.give(Tensor.ofLongs("out", new long[] {1}, new long[] {1})));
    Random random = new Random(seed);
    int taken = 0;
    long before = allocated();
    for (int i = 0; i < CASES; i++) {
      long[] shape = shape(random);
      int bytes = 4 * random.nextInt(random.nextBoolean() ? 5 : 40) + random.nextInt(8) / 7;
      HttpResponse<String> response = infer(shape, bytes);
      String what = text(shape) + " in " + bytes + " bytes: " + response.body();
      assertThat(response.statusCode()).as(what).isEqualTo(fits(shape, bytes) ? 200 : 400);
      taken += response.statusCode() == 200 ? 1 : 0;
    }
    assertThat(taken).as("some are taken").isPositive();
    assertThatLittleWasAllocated(before, CASES * 1_000_000L);
  }

  private HttpResponse<String> infer(long[] shape, int bytes) {
    String json =
        "{\"inputs\":[{\"name\":\"float32\",\"datatype\":\"FP32\",\"shape\":%s,"
                .formatted(text(shape))
            + "\"parameters\":{\"binary_data_size\":%d}}]}".formatted(bytes);
    byte[] head = json.getBytes(StandardCharsets.US_ASCII);
    byte[] body = new byte[head.length + bytes];
    System.arraycopy(head, 0, body, 0, head.length);
    return doors.send(
        doors
            .request("/v2/models/echo/infer")
            .header("Inference-Header-Content-Length", Integer.toString(head.length))
            .POST(BodyPublishers.ofByteArray(body)));
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {3, 4})
  void over_grpc_the_same(long seed) {
    doors.line.behave(stream -> stream.give(Tensor.ofLongs("out", new long[] {1}, new long[] {1})));
    Random random = new Random(seed);
    int taken = 0;
    try (GrpcClient client = new GrpcClient(doors.port())) {
      for (int i = 0; i < CASES; i++) {
        long[] shape = shape(random);
        int bytes = 4 * random.nextInt(random.nextBoolean() ? 5 : 40) + random.nextInt(8) / 7;
        int code = client.inference("ModelInfer").send(message(shape, bytes)).end().code();
        String what = text(shape) + " in " + bytes + " bytes";
        assertThat(code).as(what).isEqualTo(fits(shape, bytes) ? 0 : 3);
        taken += code == 0 ? 1 : 0;
      }
    }
    assertThat(taken).as("some are taken").isPositive();
  }

  private static ModelInferRequest message(long[] shape, int bytes) {
    var input =
        ModelInferRequest.InferInputTensor.newBuilder().setName("float32").setDatatype("FP32");
    for (long size : shape) {
      input.addShape(size);
    }
    return ModelInferRequest.newBuilder()
        .setModelName("echo")
        .addInputs(input)
        .addRawInputContents(ByteString.copyFrom(new byte[bytes]))
        .build();
  }
}
