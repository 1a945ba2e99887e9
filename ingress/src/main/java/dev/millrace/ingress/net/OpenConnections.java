package dev.millrace.ingress.net;

import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts the open connections of one port, whatever they speak, and refuses one too many before it
 * costs anything. Any thread.
 */
final class OpenConnections {

  private final AtomicInteger open = new AtomicInteger();
  private volatile int port = -1;
  private volatile int most = Integer.MAX_VALUE;

  void limit(int counted, int atOnce) {
    most = atOnce;
    port = counted;
  }

  int count() {
    return open.get();
  }

  /** Whether a connection that was just accepted may stay; another port's always may. */
  boolean admits(Channel accepted) {
    if (!(accepted.parent().localAddress() instanceof InetSocketAddress local)
        || local.getPort() != port) {
      return true;
    }
    if (open.incrementAndGet() > most) {
      open.decrementAndGet();
      return false;
    }
    accepted.closeFuture().addListener(_ -> open.decrementAndGet());
    return true;
  }
}
