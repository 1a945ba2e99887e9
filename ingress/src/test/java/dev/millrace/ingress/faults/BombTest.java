package dev.millrace.ingress.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.millrace.ingress.grpc.wire.ModelInferRequest;
import dev.millrace.ingress.testing.Doors;
import dev.millrace.ingress.testing.GrpcClient;
import dev.millrace.ingress.testing.RawClient;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A few bytes that say, or unpack to, very many: refused before there is room for them. */
class BombTest extends FaultTest {

  private static final String INFER = "/v2/models/card-fraud/infer";
  private static final int LARGE = 64 << 20;

  /** What a refusal may allocate, on all loops and with the honest clients' own. */
  private static final long FLAT = 8 << 20;

  private static byte[] packed(String coding, int size) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    byte[] zeros = new byte[1 << 16];
    try (OutputStream out =
        coding.equals("gzip") ? new GZIPOutputStream(bytes) : new DeflaterOutputStream(bytes)) {
      for (int i = 0; i < size; i += zeros.length) {
        out.write(zeros);
      }
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return bytes.toByteArray();
  }

  private HttpResponse<String> post(String path, String coding, byte[] body) {
    return doors.send(
        doors
            .request(path)
            .header("content-encoding", coding)
            .POST(BodyPublishers.ofByteArray(body)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "deflate"})
  void a_body_that_unpacks_a_thousandfold_is_refused_before_it_has(String coding) {
    byte[] bomb = packed(coding, LARGE);
    assertThat(bomb).as("a thousandfold").hasSizeLessThan(LARGE / 900);
    long before = allocated();
    HttpResponse<String> response = post(INFER, coding, bomb);
    assertThat(response.statusCode()).isEqualTo(413);
    assertThat(response.body()).contains("grow beyond", "200 times");
    assertThatLittleWasAllocated(before, FLAT);
  }

  @Test
  void what_unpacks_to_a_bomb_is_not_unpacked_again() throws IOException {
    ByteArrayOutputStream twice = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(twice)) {
      out.write(packed("gzip", LARGE));
    }
    assertThat(post(INFER, "gzip", twice.toByteArray()).statusCode()).isEqualTo(400);
    assertThat(post(INFER, "gzip, gzip", twice.toByteArray()).statusCode()).isEqualTo(400);
  }

  @Test
  void many_bombs_one_behind_the_other_are_one() {
    ByteArrayOutputStream members = new ByteArrayOutputStream();
    for (int i = 0; i < 64; i++) {
      members.writeBytes(packed("gzip", 1 << 20));
    }
    long before = allocated();
    assertThat(post(INFER, "gzip", members.toByteArray()).statusCode()).isEqualTo(413);
    assertThatLittleWasAllocated(before, FLAT);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "br",
        "zstd",
        "snappy",
        "x-snappy-framed",
        "lz4",
        "compress",
        "x-gzip",
        "gzip;q=1",
        "bzip2"
      })
  void a_coding_that_nobody_here_unpacks_is_refused_as_such(String coding) {
    for (String path : new String[] {INFER, "/v1/tasks", "/v1/completions"}) {
      HttpResponse<String> response = post(path, coding, new byte[100]);
      assertThat(response.statusCode()).as(path).isEqualTo(400);
      assertThat(response.body()).as(path).contains("content-encoding");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/tasks",
        "/v1/completions",
        "/v1/chat/completions",
        "/v1/embeddings",
        "/v1/responses",
        "/v2/models/sim/generate"
      })
  void doors_for_json_unpack_nothing(String path) {
    long before = allocated();
    for (String coding : new String[] {"gzip", "deflate"}) {
      HttpResponse<String> response = post(path, coding, packed(coding, 1 << 20));
      assertThat(response.statusCode()).isEqualTo(400);
      assertThat(response.body()).contains("content-encoding");
    }
    assertThatLittleWasAllocated(before, FLAT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "deflate"})
  void a_message_that_unpacks_a_thousandfold_is_refused_before_it_has(String coding) {
    byte[] bomb = packed(coding, LARGE);
    try (GrpcClient client = new GrpcClient(doors.port())) {
      long before = allocated();
      var call =
          client
              .inference("ModelInfer", "grpc-encoding", coding)
              .raw(GrpcClient.framed(bomb, /* compressed= */ true))
              .end();
      assertThat(call.code()).isEqualTo(8);
      assertThat(call.said()).contains("grow beyond");
      assertThatLittleWasAllocated(before, FLAT);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {(256 << 10) + 1, LARGE + 1, Integer.MAX_VALUE, Integer.MIN_VALUE, -1})
  void a_message_that_says_it_is_larger_than_any_is_refused_at_its_head(int said) {
    try (GrpcClient client = new GrpcClient(doors.port())) {
      long before = allocated();
      for (String method : new String[] {"ModelInfer", "ModelStreamInfer"}) {
        byte[] head = {
          0, (byte) (said >> 24), (byte) (said >> 16), (byte) (said >> 8), (byte) said
        };
        var call = client.inference(method).raw(head);
        assertThat(call.code()).as(method).isEqualTo(8);
      }
      assertThatLittleWasAllocated(before, FLAT);
    }
  }

  @Test
  void a_message_whose_fields_say_they_are_longer_than_it_is_none() {
    byte[] good =
        ModelInferRequest.newBuilder()
            .setModelName("card-fraud")
            .addRawInputContents(ByteString.copyFrom(new byte[64]))
            .build()
            .toByteArray();
    try (GrpcClient client = new GrpcClient(doors.port())) {
      long before = allocated();
      for (int at = 0; at < good.length; at++) {
        byte[] bad = good.clone();
        bad[at] = (byte) 0xFF;
        var call = client.inference("ModelInfer").raw(GrpcClient.framed(bad, false)).end();
        assertThat(call.code()).as("byte " + at).isIn(3, 5);
      }
      assertThatLittleWasAllocated(before, 8 * FLAT);
    }
  }

  @Test
  void a_length_that_never_comes_costs_nothing() {
    long before = allocated();
    for (int i = 0; i < 20; i++) {
      RawClient client = doors.raw();
      client.send(
          "POST " + INFER + " HTTP/1.1\r\nhost: x\r\n" + KEY + "content-length: 262144\r\n\r\n{");
      client.close();
    }
    assertThat(doors.get("/livez").statusCode()).isEqualTo(200);
    assertThatLittleWasAllocated(before, FLAT);
    assertThat(Doors.LIMITS.tensorBytes()).isEqualTo(262_144);
  }
}
