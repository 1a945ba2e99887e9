package dev.millrace.ingress.net;

import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.WebSocketBase;
import io.vertx.core.internal.http.WebSocketInternal;
import io.vertx.core.net.impl.ConnectionBase;

/**
 * Closes a connection whose other side takes nothing. Vert.x closes after what was written has
 * left, which for a reader that is stuck is never.
 */
public final class HardClose {

  private HardClose() {}

  public static void cut(HttpConnection connection) {
    if (connection instanceof ConnectionBase base) {
      base.channelHandlerContext().close();
    } else {
      connection.close();
    }
  }

  public static void cut(WebSocketBase socket) {
    if (socket instanceof WebSocketInternal internal) {
      internal.channelHandlerContext().close();
    } else {
      socket.close();
    }
  }
}
