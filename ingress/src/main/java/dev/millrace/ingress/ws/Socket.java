package dev.millrace.ingress.ws;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.error.ProblemException;
import dev.millrace.domain.port.Dispatcher.CancelReason;
import dev.millrace.domain.security.Principal;
import dev.millrace.domain.task.TaskId;
import dev.millrace.ingress.call.TaskFactory;
import dev.millrace.ingress.call.TaskRequest;
import dev.millrace.ingress.json.JsonText;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's socket: reads its messages, holds its open tasks, paces them all. On its loop only.
 */
final class Socket implements FrameLink.User {

  private static final Logger LOG = LoggerFactory.getLogger(Socket.class);
  private static final int MOST_BAD_MESSAGES = 16;

  /** Answers that may wait for a client that asks and does not read. */
  private static final int MOST_UNREAD_ANSWERS = 4_096;

  /** In which the other side may take our goodbye. */
  private static final long GOODBYE_NANOS = 5_000_000_000L;

  private final FrameLink link;
  private final SocketDoor door;
  private final Principal principal;
  private final List<SocketTask> open = new ArrayList<>(1);

  /** Events that the client still allows; negative while it has named no number. */
  private long credit = -1;

  private long heardNanos;
  private long pingedNanos;
  private long blockedSinceNanos;
  private int badMessages;
  private int unreadAnswers;

  /** When the goodbye was said; 0 while it was not. */
  private long closingSinceNanos;

  Socket(SocketDoor door, Principal principal) {
    this.link = new FrameLink(this, door.limits().jsonBytes(), door.flushes());
    this.door = door;
    this.principal = principal;
    this.heardNanos = door.nanoTime();
    this.pingedNanos = heardNanos;
  }

  /** What must be in the pipeline for this socket to live. */
  FrameLink link() {
    return link;
  }

  @Override
  public void heard() {
    heardNanos = door.nanoTime();
  }

  @Override
  public void message(byte[] utf8) {
    heardNanos = door.nanoTime();
    SocketMessage message = new SocketMessage();
    try {
      message.read(utf8);
      handle(message);
    } catch (ProblemException refused) {
      error(message.ref, refused.problem());
      if (refused.problem().code() == ErrorCode.INVALID_ARGUMENT
          && ++badMessages > MOST_BAD_MESSAGES) {
        close(
            CloseStatus.POLICY_VIOLATION, "more than " + MOST_BAD_MESSAGES + " malformed messages");
      }
    } catch (RuntimeException defect) {
      LOG.error("a socket's message failed", defect);
      error(message.ref, Problem.of(ErrorCode.INTERNAL, "internal error"));
    }
  }

  private void handle(SocketMessage message) {
    switch (message.op) {
      case "submit" -> submit(message);
      case "resume" -> {
        roomForOneMore();
        SocketTask task = new SocketTask(this, door, message.ref, true, List.of());
        open.add(task);
        task.resume(taskId(message), principal.tenant(), message.after + 1);
      }
      case "cancel" -> cancel(message);
      case "credit" -> {
        credit = Math.min(Math.max(credit, 0) + message.credit, Integer.MAX_VALUE);
        drained();
      }
      default ->
          throw new ProblemException(
              Problem.invalid(
                  "/op",
                  message.op.isEmpty() ? "nothing" : "an unknown operation",
                  "submit, resume, cancel or credit"));
    }
  }

  private void submit(SocketMessage message) {
    roomForOneMore();
    TaskRequest request = message.request;
    TaskFactory.Made made = door.factory().make(principal, request);
    SocketTask task = new SocketTask(this, door, message.ref, request.stream, made.warnings());
    open.add(task);
    task.submit(made.task());
  }

  private void roomForOneMore() {
    int most = door.limits().tasksPerSocket();
    if (open.size() >= most) {
      throw new ProblemException(
          Problem.retryAfter(
              ErrorCode.OVERLOADED,
              open.size() + " tasks are open on this socket (expected: fewer than " + most + ")",
              1_000));
    }
  }

  private void cancel(SocketMessage message) {
    TaskId id = taskId(message);
    door.line()
        .streams()
        .find(
            id,
            principal.tenant(),
            stream ->
                door.loop()
                    .execute(
                        () -> {
                          if (stream == null) {
                            error(message.ref, Problem.of(ErrorCode.NOT_FOUND, "no such task"));
                          } else {
                            door.line().dispatcher().cancel(id, CancelReason.REQUESTED);
                          }
                        }));
  }

  private static TaskId taskId(SocketMessage message) {
    TaskId id = message.task == null ? null : TaskId.parse(message.task);
    if (id == null) {
      throw new ProblemException(
          message.task == null
              ? Problem.invalid("/task", "nothing", "a task's id")
              : Problem.of(ErrorCode.NOT_FOUND, "no such task"));
    }
    return id;
  }

  /** Whether one more event may be sent. Notes since when nothing was taken. */
  boolean ready() {
    if (link.isClosing()) {
      return false; // its tasks hear of it in a moment, when the line is down
    }
    if (link.isFull()) {
      if (blockedSinceNanos == 0) {
        blockedSinceNanos = door.nanoTime();
      }
      return false;
    }
    return credit != 0;
  }

  void sendEvent(JsonText frame) {
    if (credit > 0) {
      credit--;
    }
    link.text(frame);
  }

  /** Sends what is not paced by reading: each message of the client brings at most one. */
  void answer(JsonText frame) {
    if (link.isFull() && ++unreadAnswers > MOST_UNREAD_ANSWERS) {
      close(CloseStatus.TRY_AGAIN_LATER, "asks on and does not read");
    }
    link.text(frame);
  }

  /** Tells the client what went wrong with one request, or that it should come back later. */
  void error(@Nullable String ref, Problem problem) {
    JsonText json = door.json();
    boolean busy = problem.code().retry() != ErrorCode.Retry.NEVER;
    json.beginObject().field("op", busy ? "busy" : "error");
    if (ref != null) {
      json.field("ref", ref);
    }
    json.field("code", problem.code().wireName());
    if (busy) {
      json.field("retry_after_ms", Math.max(50, problem.retryAfterMillis()));
    }
    json.field("message", problem.message());
    if (problem.field() != null) {
      json.field("field", problem.field());
    }
    answer(json.endObject());
  }

  void done(SocketTask task) {
    open.remove(task);
  }

  @Override
  public void writable(boolean takes) {
    if (takes) {
      drained();
    }
  }

  private void drained() {
    blockedSinceNanos = 0;
    unreadAnswers = 0;
    for (SocketTask task : List.copyOf(open)) {
      task.pump();
    }
  }

  /** One look in a while: ping, and give up on who does not answer or does not read. */
  void sweep(long nowNanos) {
    if (closingSinceNanos != 0) {
      if (nowNanos - closingSinceNanos > GOODBYE_NANOS) {
        link.cut();
      }
    } else if (blockedSinceNanos != 0
        && nowNanos - blockedSinceNanos > door.limits().slowReaderMillis() * 1_000_000) {
      close(CloseStatus.TRY_AGAIN_LATER, "reads too slowly; resume each task after its last seq");
    } else if (nowNanos - heardNanos > door.deadNanos()) {
      close(CloseStatus.POLICY_VIOLATION, "no pong");
    } else if (nowNanos - pingedNanos > door.pingNanos()) {
      pingedNanos = nowNanos;
      link.sendPing();
    }
  }

  /** Says goodbye, once; nothing is said after it. */
  void close(int status, String reason) {
    link.close(status, reason);
  }

  @Override
  public void closing() {
    // 0 means that nothing was said, and a clock may read 0.
    closingSinceNanos = Math.max(1, door.nanoTime());
  }

  @Override
  public void shutdown() {
    close(CloseStatus.SERVICE_RESTART, "the node goes down; resume each task after its last seq");
  }

  @Override
  public void gone() {
    door.gone(this);
    List<SocketTask> orphans = List.copyOf(open);
    open.clear();
    orphans.forEach(SocketTask::clientGone);
  }
}
