package dev.millrace.server;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the system asks of the process. Java has no public way to hear of it; the JDK's own one is
 * asked for by name, so that the program builds and runs where it is missing.
 */
final class Signals {

  private static final Logger LOG = LoggerFactory.getLogger(Signals.class);

  private Signals() {}

  /** SIGHUP. The action runs on a thread of the JVM's. */
  static void onHangup(Runnable action) {
    if (!on("HUP", action)) {
      LOG.info("no SIGHUP here: restart to read the configuration anew");
    }
  }

  /**
   * SIGTERM and SIGINT. Who is not told of one here is ended by the JVM in its own way: its hooks
   * run, and its exit code is that of a process that was killed.
   */
  static void onStop(Runnable action) {
    on("TERM", action);
    on("INT", action);
  }

  private static boolean on(String name, Runnable action) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      InvocationHandler call =
          (_, method, _) -> {
            if (method.getName().equals("handle")) {
              action.run();
            }
            return null;
          };
      Object proxy =
          Proxy.newProxyInstance(Signals.class.getClassLoader(), new Class<?>[] {handler}, call);
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
      return true;
    } catch (ReflectiveOperationException | IllegalArgumentException missing) {
      LOG.debug("no SIG{} here: {}", name, missing.toString());
      return false;
    }
  }
}
