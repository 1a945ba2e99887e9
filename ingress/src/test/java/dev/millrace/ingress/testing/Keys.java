package dev.millrace.ingress.testing;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.security.Access;
import dev.millrace.domain.security.Action;
import dev.millrace.domain.security.Gate;
import dev.millrace.domain.security.Principal;
import dev.millrace.domain.security.Tickets;
import dev.millrace.domain.task.TaskClass;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A few keys, and tickets that are good once. */
public final class Keys implements Gate, Tickets {

  public static final String ALICE = "alice-key";
  public static final String BOB = "bob-key";
  public static final String ADMIN = "admin-key";

  private static final Map<String, Principal> BY_KEY =
      Map.of(
          ALICE, new Principal(1, "alice", false, TaskClass.CRITICAL),
          BOB, new Principal(2, "bob", false, TaskClass.STANDARD),
          ADMIN, new Principal(3, "admin", true, TaskClass.CRITICAL));

  private final Map<String, Principal> tickets = new ConcurrentHashMap<>();
  private final AtomicInteger issued = new AtomicInteger();

  @Override
  public Access check(@Nullable String credential, Action action) {
    Principal known = credential == null ? null : BY_KEY.get(credential);
    if (action == Action.HEALTH) {
      return new Access.Granted(new Principal(0, "", false, TaskClass.SHEDDABLE));
    }
    if (known == null) {
      return new Access.Denied(Problem.of(ErrorCode.UNAUTHENTICATED, "a key is required"));
    }
    boolean forAdmins =
        action == Action.CONTROL_MODELS
            || action == Action.READ_METRICS
            || action == Action.ADMINISTER;
    return forAdmins && !known.admin()
        ? new Access.Denied(Problem.of(ErrorCode.FORBIDDEN, "not with this key"))
        : new Access.Granted(known);
  }

  @Override
  public String issue(Principal principal) {
    String ticket = "ticket+" + issued.incrementAndGet();
    tickets.put(ticket, principal);
    return ticket;
  }

  @Override
  public @Nullable Principal redeem(String ticket) {
    return tickets.remove(ticket);
  }
}
