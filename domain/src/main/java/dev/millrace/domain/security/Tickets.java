package dev.millrace.domain.security;

import org.jspecify.annotations.Nullable;

/** Single-use tickets for clients that cannot send a key, such as a browser's WebSocket. */
public interface Tickets {

  /** A new ticket for whoever is known already; null when too many are out. */
  @Nullable String issue(Principal principal);

  /** Who the ticket was for, or null when it is unknown, used or too old. It is used now. */
  @Nullable Principal redeem(String ticket);
}
