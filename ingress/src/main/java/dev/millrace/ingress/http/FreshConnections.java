package dev.millrace.ingress.http;

import dev.millrace.kernel.Clock;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.SocketAddress;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Connections that have not sent a request yet: who takes too long for the first one is closed, so
 * that a header that drips holds nothing. One loop's own.
 */
public final class FreshConnections {

  private record Fresh(HttpConnection connection, long sinceNanos) {}

  private final Map<String, Fresh> fresh = new LinkedHashMap<>();
  private final Clock clock;
  private final long limitNanos;

  public FreshConnections(Clock clock, long limitMillis) {
    this.clock = clock;
    this.limitNanos = limitMillis * 1_000_000;
  }

  public void opened(HttpConnection connection) {
    String address = String.valueOf(connection.remoteAddress());
    fresh.put(address, new Fresh(connection, clock.nanoTime()));
    connection.closeHandler(_ -> fresh.remove(address));
  }

  /** A request came from there. Costs nothing while no connection is fresh. */
  public void spoke(@Nullable SocketAddress from) {
    if (!fresh.isEmpty()) {
      fresh.remove(String.valueOf(from));
    }
  }

  /** To be called about once a second, on the loop. */
  public void sweep() {
    long now = clock.nanoTime();
    Iterator<Fresh> oldest = fresh.values().iterator();
    while (oldest.hasNext()) {
      Fresh candidate = oldest.next();
      if (now - candidate.sinceNanos < limitNanos) {
        return;
      }
      oldest.remove();
      candidate.connection.close();
    }
  }

  int size() {
    return fresh.size();
  }
}
