package dev.millrace.admission;

import dev.millrace.domain.security.Principal;
import dev.millrace.domain.security.Tickets;
import dev.millrace.kernel.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Tickets for browsers, which cannot send a key when they open a WebSocket: each is good once and
 * for 30 seconds. Any thread; one short lock, held while a socket is set up and never while one
 * runs.
 */
public final class TicketOffice implements Tickets {

  /** How long a ticket is good. */
  public static final Duration GOOD_FOR = Duration.ofSeconds(30);

  private static final int RANDOM_BYTES = 16;
  private static final int LENGTH = 22;

  private final Clock clock;
  private final RandomGenerator random;
  private final int most;
  // In the order of issue, which is the order of expiry: all are good for the same time.
  private final Map<String, Ticket> tickets = new LinkedHashMap<>();

  private record Ticket(Principal principal, long expiresNanos) {}

  /**
   * @param random unguessable in production
   * @param most tickets that are good at once
   */
  public TicketOffice(Clock clock, RandomGenerator random, int most) {
    if (most < 1) {
      throw new IllegalArgumentException("tickets: " + most + " (expected: >= 1)");
    }
    this.clock = clock;
    this.random = random;
    this.most = most;
  }

  /** A new ticket of 128 bits; null when too many are good, and the caller is asked to wait. */
  @Override
  public synchronized @Nullable String issue(Principal principal) {
    long now = clock.nanoTime();
    dropExpired(now);
    if (tickets.size() >= most) {
      return null;
    }
    byte[] bytes = new byte[RANDOM_BYTES];
    random.nextBytes(bytes);
    String ticket = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    tickets.put(ticket, new Ticket(principal, now + GOOD_FOR.toNanos()));
    return ticket;
  }

  /** Who the ticket was issued to; null when it is unknown, used or too old. */
  @Override
  public synchronized @Nullable Principal redeem(String ticket) {
    if (ticket.length() != LENGTH) {
      return null;
    }
    Ticket found = tickets.remove(ticket);
    return found == null || expired(found, clock.nanoTime()) ? null : found.principal();
  }

  /** Tickets that were issued and neither used nor dropped; for a gauge. */
  public synchronized int size() {
    return tickets.size();
  }

  private void dropExpired(long now) {
    Iterator<Ticket> oldest = tickets.values().iterator();
    while (oldest.hasNext() && expired(oldest.next(), now)) {
      oldest.remove();
    }
  }

  private static boolean expired(Ticket ticket, long now) {
    return now - ticket.expiresNanos >= 0;
  }
}
