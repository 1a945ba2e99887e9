package dev.millrace.ingress.net;

import org.jspecify.annotations.Nullable;

/** What may stand in a Host header (RFC 9110, 7.2): a name or an address, and a port. */
final class HostNames {

  private static final String MARKS = "-._~%!$&'()*+;=";

  private HostNames() {}

  /** Whether it is one host, or the empty one. */
  static boolean isOne(@Nullable String host) {
    if (host == null) {
      return false;
    }
    int port = host.length();
    int address = host.startsWith("[") ? host.indexOf(']') + 1 : 0;
    for (int i = address; i < host.length() && port == host.length(); i++) {
      if (host.charAt(i) == ':') {
        port = i;
      }
    }
    return isName(host, address, port) && isPort(host, port) && isAddress(host, address);
  }

  private static boolean isAddress(String host, int end) {
    for (int i = 1; i < end - 1; i++) {
      char c = host.charAt(i);
      if (c != ':' && c != '.' && Character.digit(c, 16) < 0) {
        return false;
      }
    }
    return end > 2 || !host.startsWith("[");
  }

  private static boolean isName(String host, int from, int to) {
    if (from > 0) {
      return from == to;
    }
    for (int i = 0; i < to; i++) {
      char c = host.charAt(i);
      boolean plain = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
      if (!plain && MARKS.indexOf(c) < 0) {
        return false;
      }
    }
    return true;
  }

  private static boolean isPort(String host, int from) {
    for (int i = from + 1; i < host.length(); i++) {
      if (host.charAt(i) < '0' || host.charAt(i) > '9') {
        return false;
      }
    }
    return host.length() - from <= 6;
  }
}
