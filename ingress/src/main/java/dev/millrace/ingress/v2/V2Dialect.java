package dev.millrace.ingress.v2;

import dev.millrace.domain.error.Problem;
import dev.millrace.ingress.http.Dialect;
import dev.millrace.ingress.json.JsonText;

/** {@code {"error": text}}, with the table's status. */
final class V2Dialect implements Dialect {

  static final V2Dialect INSTANCE = new V2Dialect();

  private V2Dialect() {}

  @Override
  public String contentType() {
    return "application/json";
  }

  @Override
  public void render(Problem problem, int status, String requestId, JsonText json) {
    json.beginObject().field("error", problem.message()).endObject();
  }
}
