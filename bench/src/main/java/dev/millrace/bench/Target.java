package dev.millrace.bench;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Locale;

/**
 * The node that is loaded.
 *
 * @param address resolved
 * @param authority host and port as the Host header says them
 */
record Target(InetSocketAddress address, String authority) {

  private static final int HIGHEST_PORT = 65_535;

  /**
   * Reads a URL such as {@code http://127.0.0.1:8080}. A machine other than this one is refused
   * unless asked for: a load generator that is aimed at the wrong host is an attack.
   */
  static Target parse(String url, boolean allowRemote) {
    URI uri = uri(url);
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    UsageFailure.check(
        scheme.equals("http") || scheme.equals("ws"), "--url", url, "http://HOST:PORT, no TLS");
    UsageFailure.check(uri.getHost() != null, "--url", url, "http://HOST:PORT");
    int port = uri.getPort() < 0 ? 80 : uri.getPort();
    UsageFailure.check(
        port >= 1 && port <= HIGHEST_PORT, "--url", url, "http://HOST:PORT, a port of 1..65535");
    InetAddress host = resolve(uri.getHost(), url);
    UsageFailure.check(
        allowRemote || host.isLoopbackAddress(),
        "--url",
        url + " at " + host.getHostAddress(),
        "an address of this machine such as 127.0.0.1; --allow-remote to load another");
    return new Target(new InetSocketAddress(host, port), uri.getHost() + ":" + port);
  }

  private static URI uri(String url) {
    try {
      return URI.create(url);
    } catch (IllegalArgumentException malformed) {
      throw new UsageFailure("--url", url, "http://HOST:PORT: " + malformed.getMessage());
    }
  }

  private static InetAddress resolve(String host, String url) {
    try {
      return InetAddress.getByName(host);
    } catch (UnknownHostException unknown) {
      throw new UsageFailure("--url", url, "a host that resolves: " + unknown.getMessage());
    }
  }
}
