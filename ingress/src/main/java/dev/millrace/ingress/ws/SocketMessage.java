package dev.millrace.ingress.ws;

import dev.millrace.ingress.call.TaskFields;
import dev.millrace.ingress.call.TaskRequest;
import dev.millrace.ingress.json.JsonObjectReader;
import org.jspecify.annotations.Nullable;

/** One message from a client. Filled as far as it was read, so that an error can name its ref. */
final class SocketMessage {

  private static final int REF_LENGTH = 64;
  private static final int OP_LENGTH = 16;
  private static final int ID_LENGTH = 64;

  String op = "";
  @Nullable String ref;
  @Nullable String task;
  int after = -1;
  long credit;
  final TaskRequest request = TaskRequest.task("ws");

  void read(byte[] utf8) {
    try (JsonObjectReader json = new JsonObjectReader(utf8)) {
      for (String name; (name = json.nextField()) != null; ) {
        field(name, json);
      }
    }
  }

  private void field(String name, JsonObjectReader json) {
    switch (name) {
      case "op" -> op = json.text(OP_LENGTH);
      case "ref" -> ref = json.text(REF_LENGTH);
      case "task" -> task = json.text(ID_LENGTH);
      case "after" -> after = (int) json.whole(-1, Integer.MAX_VALUE - 1);
      case "n" -> credit = json.whole(1, 1_000_000);
      default -> {
        if (!TaskFields.read(name, json, request)) {
          json.skip();
        }
      }
    }
  }
}
