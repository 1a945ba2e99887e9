package dev.millrace.runtime.remote;

import java.net.URI;

/**
 * The base address of a replica.
 *
 * @param path before every request's own, without a slash at its end
 */
record Base(String host, int port, boolean tls, String path) {

  /**
   * @throws IllegalArgumentException when it is none, or has more than a base has
   */
  static Base of(String url) {
    URI uri = URI.create(url);
    String scheme = uri.getScheme();
    boolean tls = "https".equals(scheme);
    if (uri.getHost() == null
        || !(tls || "http".equals(scheme))
        || uri.getRawUserInfo() != null
        || uri.getRawQuery() != null
        || uri.getRawFragment() != null
        || uri.getPort() > 65_535) {
      throw new IllegalArgumentException("an address that is no base (expected: http://host/v1)");
    }
    String path = uri.getRawPath() == null ? "" : uri.getRawPath();
    int port = uri.getPort() >= 0 ? uri.getPort() : tls ? 443 : 80;
    String host = uri.getHost();
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    return new Base(
        bracketed ? host.substring(1, host.length() - 1) : host,
        port,
        tls,
        path.endsWith("/") ? path.substring(0, path.length() - 1) : path);
  }

  @Override
  public String toString() {
    return host + ":" + port;
  }
}
