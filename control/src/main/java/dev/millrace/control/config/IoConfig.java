package dev.millrace.control.config;

import java.util.Locale;

/**
 * How sockets are driven.
 *
 * @param eventLoops 0 for as many as the machine suggests
 */
public record IoConfig(Transport transport, int eventLoops) {

  /** The system interface under the event loops; what is missing falls back to the next. */
  public enum Transport implements KeyType.Named {
    EPOLL,
    IO_URING,
    NIO;

    /** As the system calls it: {@code io_uring}. */
    @Override
    public String written() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static final Key<Transport> TRANSPORT =
      Key.choice(
          "transport",
          Transport.class,
          Transport.EPOLL,
          "System interface of the event loops; falls back to nio where it is missing.");
  static final Key<Integer> EVENT_LOOPS =
      Key.whole("event_loops", 0, 0, 256, "threads", "Event loops; 0 takes what fits the machine.");
  static final Section SECTION =
      Section.of("io", "How sockets are driven.", TRANSPORT, EVENT_LOOPS);

  static IoConfig of(Values values) {
    return new IoConfig(values.get(TRANSPORT), values.get(EVENT_LOOPS));
  }
}
