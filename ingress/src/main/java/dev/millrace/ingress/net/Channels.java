package dev.millrace.ingress.net;

import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.WebSocketBase;
import io.vertx.core.internal.http.WebSocketInternal;
import io.vertx.core.net.impl.ConnectionBase;

/** What Netty can do with a connection and Vert.x does not offer. On the connection's loop. */
public final class Channels {

  private Channels() {}

  /**
   * Closes a connection whose other side takes nothing. Vert.x closes after what was written has
   * left, which for a reader that is stuck is never.
   */
  public static void cut(HttpConnection connection) {
    if (connection instanceof ConnectionBase base) {
      base.channelHandlerContext().close();
    } else {
      connection.close();
    }
  }

  /** As {@link #cut(HttpConnection)}. */
  public static void cut(WebSocketBase socket) {
    if (socket instanceof WebSocketInternal internal) {
      internal.channelHandlerContext().close();
    } else {
      socket.close();
    }
  }

  /**
   * Sends what was written now. Vert.x waits for the end of what it reads, and before that it
   * closes a socket whose frames were at fault, with the goodbye unsent.
   */
  public static void flush(WebSocketBase socket) {
    if (socket instanceof WebSocketInternal internal) {
      internal.channelHandlerContext().flush();
    }
  }
}
