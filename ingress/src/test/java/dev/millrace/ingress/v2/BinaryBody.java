package dev.millrace.ingress.v2;

import dev.millrace.ingress.testing.Doors;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;

/** A body of JSON with bytes behind it. */
final class BinaryBody {

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final int header;

  private BinaryBody(String json) {
    byte[] utf8 = json.getBytes(StandardCharsets.UTF_8);
    header = utf8.length;
    bytes.writeBytes(utf8);
  }

  static BinaryBody of(String json, byte[]... tensors) {
    BinaryBody body = new BinaryBody(json);
    for (byte[] tensor : tensors) {
      body.bytes.writeBytes(tensor);
    }
    return body;
  }

  static String input(String name, String type, String shape, int size) {
    return "{\"name\":\"%s\",\"datatype\":\"%s\",\"shape\":%s,\"parameters\":{\"binary_data_size\":%d}}"
        .formatted(name, type, shape, size);
  }

  byte[] bytes() {
    return bytes.toByteArray();
  }

  HttpRequest.Builder to(Doors doors, String model) {
    return to(doors, model, Integer.toString(header));
  }

  HttpRequest.Builder to(Doors doors, String model, String said) {
    return doors
        .request("/v2/models/" + model + "/infer")
        .header("Inference-Header-Content-Length", said)
        .POST(BodyPublishers.ofByteArray(bytes()));
  }
}
