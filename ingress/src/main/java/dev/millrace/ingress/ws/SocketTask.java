package dev.millrace.ingress.ws;

import dev.millrace.domain.error.Problem;
import dev.millrace.domain.model.ModelSpec;
import dev.millrace.domain.port.StreamView;
import dev.millrace.domain.stream.StreamEvent;
import dev.millrace.domain.stream.StreamEvent.End;
import dev.millrace.domain.stream.StreamEvent.Token;
import dev.millrace.domain.task.Task;
import dev.millrace.domain.task.TaskId;
import dev.millrace.ingress.call.Call;
import dev.millrace.ingress.call.EventJson;
import dev.millrace.ingress.call.TaskJson;
import dev.millrace.ingress.json.JsonText;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One task on one socket: its frames. On the socket's loop. */
final class SocketTask implements Call.Reader {

  private static final byte[] NOTHING = {};

  private final Socket socket;
  private final SocketDoor door;
  private final @Nullable String ref;
  private final boolean streams;
  private final List<String> warnings;
  private final Call call;
  private boolean submitted;
  private @Nullable StreamView stream;

  /** What every event's frame begins with, up to its number. */
  private byte[] beginning = NOTHING;

  SocketTask(
      Socket socket,
      SocketDoor door,
      @Nullable String ref,
      boolean streams,
      List<String> warnings) {
    this.socket = socket;
    this.door = door;
    this.ref = ref;
    this.streams = streams;
    this.warnings = warnings;
    this.call = new Call(door.line(), door.loop(), this);
  }

  void submit(Task task) {
    submitted = true;
    call.submit(task);
  }

  void resume(TaskId id, int tenant, int from) {
    call.resume(id, tenant, from);
  }

  void pump() {
    call.pump();
  }

  void clientGone() {
    call.clientGone();
  }

  @Override
  public void acknowledged(StreamView followed) {
    stream = followed;
    Task task = followed.task();
    String id = task.id().toString();
    if (submitted) {
      acknowledge(task, id);
    }
    JsonText json = door.json();
    json.beginObject().field("op", "event");
    if (ref != null) {
      json.field("ref", ref);
    }
    beginning = json.field("task", id).name("seq").toUtf8();
  }

  private void acknowledge(Task task, String id) {
    JsonText json = door.json();
    json.beginObject().field("op", "ack");
    if (ref != null) {
      json.field("ref", ref);
    }
    json.field("task", id).field("durability", task.settings().durability().wireName());
    if (!warnings.isEmpty()) {
      json.name("warnings").beginArray();
      warnings.forEach(json::value);
      json.endArray();
    }
    socket.answer(json.endObject());
  }

  @Override
  public void refused(Problem problem) {
    socket.done(this);
    socket.error(ref, problem);
  }

  @Override
  public boolean ready() {
    return socket.ready();
  }

  @Override
  public void event(int number, StreamEvent event) {
    if (event instanceof End) {
      socket.done(this);
    } else if (!streams && event instanceof Token) {
      return;
    }
    JsonText json = door.json();
    json.begin(beginning).value(number).field("kind", EventJson.kind(event));
    EventJson.write(event, spec(event), wholeText(event), json);
    socket.sendEvent(json.endObject());
  }

  private @Nullable ModelSpec spec(StreamEvent event) {
    return event instanceof End && stream != null
        ? TaskJson.spec(door.line().snapshots().current(), stream.task())
        : null;
  }

  private @Nullable String wholeText(StreamEvent event) {
    return event instanceof End && !streams && stream != null ? TaskJson.text(stream) : null;
  }
}
