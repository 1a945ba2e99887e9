package dev.millrace.runtime.remote;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.error.ProblemException;
import dev.millrace.domain.model.Deployment;
import dev.millrace.domain.port.ModelRuntime;
import dev.millrace.kernel.Clock;
import dev.millrace.kernel.metrics.Meters;
import io.vertx.core.Context;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Models on other servers, behind the port of every runtime. Loading reads the key and is the
 * control thread's; a model is ready at once, for whether its servers are there is asked with each
 * request anew.
 */
public final class RemoteRuntime implements ModelRuntime, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(RemoteRuntime.class);
  private static final long LONGEST_WAIT_SECONDS = 10;
  private static final long SWEEP_MILLIS = 20;
  private static final int RETRY_MILLIS = 500;

  /** Python's servers close idle connections after five seconds; we let go before. */
  private static final int KEEP_ALIVE_SECONDS = 4;

  private static final int LONGEST_HEAD = 32_768;

  /**
   * What a server may send beyond what was read: the system would let it grow to many times that.
   */
  private static final int MOST_AHEAD = 262_144;

  private final String name;
  private final Listener listener;
  private final Clock clock;
  private final Meters meters;
  private final KeySource keys;
  private final Vertx vertx;
  private final List<Context> loops = new ArrayList<>();
  private final Map<Integer, RemoteModel> models = new ConcurrentHashMap<>();

  private RemoteRuntime(
      String name, Listener listener, Clock clock, Meters meters, KeySource keys, Vertx vertx) {
    this.name = name;
    this.listener = listener;
    this.clock = clock;
    this.meters = meters;
    this.keys = keys;
    this.vertx = vertx;
  }

  /**
   * Starts the loops.
   *
   * @param loops event loops; deployments are spread over them
   */
  public static RemoteRuntime start(
      String name, int loops, Listener listener, Clock clock, Meters meters, KeySource keys) {
    Vertx vertx =
        Vertx.vertx(
            new VertxOptions()
                .setEventLoopPoolSize(loops)
                .setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(2)
                .setPreferNativeTransport(true)
                .setUseDaemonThread(true)
                .setFileSystemOptions(
                    new FileSystemOptions()
                        .setFileCachingEnabled(false)
                        .setClassPathResolvingEnabled(false)));
    RemoteRuntime runtime = new RemoteRuntime(name, listener, clock, meters, keys, vertx);
    for (int i = 0; i < loops; i++) {
      await(vertx.deployVerticle((Deployable) runtime::deployed));
    }
    return runtime;
  }

  private Future<?> deployed(Context context) {
    loops.add(context);
    vertx.setPeriodic(SWEEP_MILLIS, _ -> sweep(context));
    return Future.succeededFuture();
  }

  private void sweep(Context context) {
    for (RemoteModel model : models.values()) {
      if (model.livesOn(context)) {
        model.sweep();
      }
    }
  }

  private static void await(Future<?> future) {
    try {
      future.toCompletionStage().toCompletableFuture().get(LONGEST_WAIT_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException failed) {
      throw new IllegalStateException("a loop for other servers does not start or stop", failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Makes the deployment ready, or says that its key is not to be had. May wait for a disk. */
  public void load(Deployment deployment) {
    try {
      RemoteSettings settings = RemoteSettings.of(deployment.spec());
      String key = key(settings, deployment.model());
      RemoteModel model =
          new RemoteModel(
              deployment,
              settings,
              key,
              loops.get(deployment.id() % loops.size()),
              client(settings),
              listener,
              clock,
              RemoteMeters.of(meters, deployment.model()));
      models.put(deployment.id(), model);
      listener.ready(deployment.id(), name);
    } catch (ProblemException refused) {
      listener.unavailable(deployment.id(), name, refused.problem());
    }
  }

  private @Nullable String key(RemoteSettings settings, String model) {
    if (settings.key().isEmpty()) {
      return null;
    }
    String key;
    try {
      key = keys.key(settings.key());
    } catch (IOException failed) {
      LOG.error("{}: {} cannot be read", model, settings.key(), failed);
      key = null;
    }
    if (key == null || key.isEmpty()) {
      throw new ProblemException(
          Problem.of(
              ErrorCode.UPSTREAM_FAILED,
              model + ": no key under " + settings.key() + " (expected: one for its servers)"));
    }
    return key;
  }

  private HttpClient client(RemoteSettings settings) {
    HttpClientOptions options =
        new HttpClientOptions()
            .setProtocolVersion(HttpVersion.HTTP_1_1)
            .setHttp2ClearTextUpgrade(false)
            .setConnectTimeout(settings.connectMillis())
            .setSslHandshakeTimeout(settings.connectMillis())
            .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS)
            .setKeepAlive(true)
            .setKeepAliveTimeout(KEEP_ALIVE_SECONDS)
            .setPipelining(false)
            .setTcpNoDelay(true)
            .setReceiveBufferSize(MOST_AHEAD)
            .setDecompressionSupported(false)
            .setMaxHeaderSize(LONGEST_HEAD);
    PoolOptions pool =
        new PoolOptions()
            .setHttp1MaxSize(settings.connections())
            .setMaxWaitQueueSize(settings.connections());
    Trust.set(options, settings.authorities());
    return vertx.httpClientBuilder().with(options).with(pool).build();
  }

  /** What runs of it goes on to its end. */
  public void unload(int deployment) {
    RemoteModel model = models.get(deployment);
    if (model != null) {
      // It stays in the table until it is idle: its time-outs and cancels still count.
      model.unload(() -> models.remove(deployment, model));
    }
  }

  @Override
  public void assign(Deployment deployment, List<Attempt> attempts) {
    RemoteModel model = models.get(deployment.id());
    if (model != null) {
      model.assign(attempts);
      return;
    }
    Problem problem =
        Problem.retryAfter(
            ErrorCode.MODEL_LOADING, deployment.model() + " is not loaded here", RETRY_MILLIS);
    attempts.forEach(attempt -> listener.failed(attempt.lease(), problem));
  }

  /** A lease is known to the one model that runs it; the others do not mind. */
  @Override
  public void cancel(long lease) {
    models.values().forEach(model -> model.cancel(lease));
  }

  @Override
  public void pace(long lease, boolean go) {
    models.values().forEach(model -> model.pace(lease, go));
  }

  /** Ends what runs as cancelled, and closes all connections. Waits. */
  @Override
  public void close() {
    models.values().forEach(RemoteModel::stop);
    await(vertx.close());
  }
}
