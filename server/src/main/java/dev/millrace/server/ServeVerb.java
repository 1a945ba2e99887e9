package dev.millrace.server;

import dev.millrace.control.yaml.InvalidDocument;
import dev.millrace.server.fetch.BackgroundFetch;
import dev.millrace.server.node.Node;
import dev.millrace.server.node.NodeOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs a node until it is told to stop: SIGTERM drains, SIGHUP reads the configuration anew. */
@Command(
    name = "serve",
    description = "Runs a node with its workers, until SIGTERM (drains) or Ctrl-C.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "MILLRACE_ADMIN_KEY sets the admin key; without it one is made at the first start and shown"
          + " once.",
      "SIGHUP reads the configuration anew: all of it is taken, or nothing.",
      "",
      "Example: ./millrace serve --data ./data --port 8080 --with-simulated"
    })
final class ServeVerb implements Callable<Integer> {

  private static final Logger LOG = LoggerFactory.getLogger(ServeVerb.class);
  private static final int FATAL_EXIT = 70;

  @Option(names = "--config", paramLabel = "FILE", description = "millrace.yaml to read.")
  private @Nullable Path config;

  @Option(names = "--data", paramLabel = "FOLDER", description = "What the node keeps: ./data.")
  private @Nullable Path data;

  @Option(names = "--host", paramLabel = "ADDRESS", description = "Address of the doors.")
  private @Nullable String host;

  @Option(names = "--port", paramLabel = "PORT", description = "Of the doors: 8080; 0 for any.")
  private @Nullable Integer port;

  @Option(
      names = "--operator-port",
      paramLabel = "PORT",
      description = "Of metrics and administration: 9090; 0 for any.")
  private @Nullable Integer operatorPort;

  @Option(names = "--with-simulated", description = "Serve the built-in model sim.")
  private boolean simulated;

  @Option(
      names = "--offline",
      description = "Fetch nothing, ever: neither llama.cpp nor the small chat model.")
  private boolean offline;

  @Option(
      names = "--until-ready",
      hidden = true,
      description = "Start on free ports with a throw-away folder, answer a few calls, and stop.")
  private boolean untilReady;

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets spec before it calls
  ServeVerb() {}

  @Override
  public Integer call() throws Exception {
    if (untilReady) {
      return rehearse();
    }
    PrintWriter out = spec.commandLine().getOut();
    if (offline) {
      LOG.info("offline: nothing will be fetched");
    }
    NodeOptions options =
        new NodeOptions(Home.folder(), config, overrides(), System.getenv("MILLRACE_ADMIN_KEY"));
    Node node;
    try {
      node = Node.start(options, BuildVersion.number(), ServeVerb::fatal);
    } catch (InvalidDocument refused) {
      PrintWriter err = spec.commandLine().getErr();
      err.println("millrace: the configuration is refused:");
      refused.findings().forEach(finding -> err.println("  " + finding));
      err.flush();
      return 1;
    }
    Stop stop = new Stop(node);
    // For whatever else ends the JVM; after a signal it finds the work done.
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("shutdown").unstarted(stop::now));
    Signals.onStop(
        () -> {
          stop.now();
          System.exit(0);
        });
    Signals.onHangup(() -> LOG.info("reload: {}", node.reload()));
    Welcome.print(node, out, System.getenv("MILLRACE_ADMIN_KEY") != null);
    if (node.config().models().bundled() && node.config().models().fetch()) {
      stop.closeFirst(BackgroundFetch.start(node, line -> say(out, line)));
    }
    stop.await();
    return 0;
  }

  private int rehearse() throws IOException {
    Path folder = Rehearsal.folder();
    try {
      Map<String, String> overrides = new HashMap<>(Rehearsal.OVERRIDES);
      overrides.put("node.data", folder.toString());
      String key = "mk_rehearsal_" + UUID.randomUUID();
      NodeOptions options = new NodeOptions(Home.folder(), null, overrides, key);
      try (Node node = Node.start(options, BuildVersion.number(), ServeVerb::fatal)) {
        Welcome.print(node, spec.commandLine().getOut(), true);
        Rehearsal.run(node, key);
        return node.waitingFor().isEmpty() ? 0 : 1;
      }
    } finally {
      Rehearsal.forget(folder);
    }
  }

  private static void say(PrintWriter out, String line) {
    out.println(line);
    out.flush();
  }

  /** Drains and stops, once; who comes second waits for the first. */
  private static final class Stop {
    private final Node node;
    private final CountDownLatch done = new CountDownLatch(1);
    private @Nullable BackgroundFetch fetch;

    Stop(Node node) {
      this.node = node;
    }

    synchronized void closeFirst(BackgroundFetch running) {
      if (done.getCount() > 0) {
        fetch = running;
      } else {
        running.close();
      }
    }

    synchronized void now() {
      if (done.getCount() > 0) {
        if (fetch != null) {
          fetch.close();
        }
        LOG.info("draining");
        node.close();
        LOG.info("stopped");
        done.countDown();
      }
    }

    void await() throws InterruptedException {
      done.await();
    }
  }

  /** Nothing is in doubt about what was acknowledged; so no clean-up that could put it in doubt. */
  private static void fatal(String what, Throwable cause) {
    LOG.error("{}: the node stops at once; what was acknowledged is in the log", what, cause);
    Runtime.getRuntime().halt(FATAL_EXIT);
  }

  private Map<String, String> overrides() {
    Map<String, String> overrides = new HashMap<>();
    put(overrides, "node.data", data);
    put(overrides, "http.host", host);
    put(overrides, "http.port", port);
    put(overrides, "http.operator_port", operatorPort);
    if (simulated) {
      overrides.put("models.simulated", "true");
    }
    if (offline) {
      overrides.put("models.fetch", "false");
    }
    return overrides;
  }

  private static void put(Map<String, String> overrides, String key, @Nullable Object value) {
    if (value != null) {
      overrides.put(key, value.toString());
    }
  }
}
