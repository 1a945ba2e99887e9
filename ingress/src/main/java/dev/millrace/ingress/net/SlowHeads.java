package dev.millrace.ingress.net;

import dev.millrace.kernel.Clock;
import io.netty.channel.Channel;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Connections whose next request's head has begun, or whose first one is awaited: who takes too
 * long for it is closed, so that a head that drips holds nothing. Any thread.
 */
final class SlowHeads {

  private final Map<Channel, Long> awaited = new ConcurrentHashMap<>();
  private final Clock clock;
  private final long limitNanos;

  SlowHeads(Clock clock, long limitMillis) {
    this.clock = clock;
    this.limitNanos = limitMillis * 1_000_000;
  }

  Clock clock() {
    return clock;
  }

  /** A head is awaited from now on, unless it was already. */
  void began(Channel channel) {
    awaited.putIfAbsent(channel, clock.nanoTime());
  }

  /** The head is whole, or the connection is gone. */
  void done(Channel channel) {
    awaited.remove(channel);
  }

  /** To be called about once a second. */
  void sweep() {
    long now = clock.nanoTime();
    awaited.forEach(
        (channel, since) -> {
          if (now - since > limitNanos) {
            awaited.remove(channel);
            channel.close();
          }
        });
  }
}
