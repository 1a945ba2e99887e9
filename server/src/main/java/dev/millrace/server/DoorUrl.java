package dev.millrace.server;

/** Where a door is reached from this machine, as a URL that can be copied and called. */
final class DoorUrl {

  private DoorUrl() {}

  /**
   * @param host as it is configured: a name, an address of either version, or one that stands for
   *     all of the machine's, which nobody can call
   */
  static String of(String host, int port) {
    String called =
        switch (host) {
          case "0.0.0.0" -> "127.0.0.1";
          case "::", "0:0:0:0:0:0:0:0" -> "::1";
          default -> host;
        };
    return "http://" + (called.contains(":") ? "[" + called + "]" : called) + ":" + port;
  }
}
