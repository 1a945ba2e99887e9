package dev.millrace.ingress.testing;

import dev.millrace.domain.port.ModelStatistics;
import dev.millrace.domain.snapshot.RequestLimits;
import dev.millrace.domain.task.Durability;
import dev.millrace.ingress.IngressPorts;
import dev.millrace.ingress.IngressServer;
import dev.millrace.ingress.IngressSettings;
import dev.millrace.ingress.IngressSettings.Connections;
import dev.millrace.ingress.IngressSettings.TransportKind;
import dev.millrace.kernel.sim.VirtualClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A node that is doors only, on real sockets, before a {@link FakeLine}; its time is moved. */
public final class Doors implements AutoCloseable {

  public static final RequestLimits LIMITS =
      new RequestLimits(64 << 10, 256 << 10, 64, 4_096, 3_600_000, 5_000, 4, 30_000);
  public static final String ORIGIN = "https://console.example";
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  public final VirtualClock clock = new VirtualClock();
  public final FakeLine line = new FakeLine(clock, LIMITS, Models.ALL);
  public final List<String> notReady = new CopyOnWriteArrayList<>();
  public final List<String> loading = new CopyOnWriteArrayList<>();
  public final Map<String, ModelStatistics.Counts> counts = new ConcurrentHashMap<>();
  private final ModelStatistics statistics =
      model -> counts.getOrDefault(model, ModelStatistics.Counts.NONE);
  public final FakeRepository repository = new FakeRepository();
  public final Gauges gauges = new Gauges();
  public final IngressServer server;
  private final ExecutorService background = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpClient http1 =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final HttpClient http2 =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build();

  public Doors() {
    this(Connections.DEFAULT);
  }

  public Doors(Connections connections) {
    this(connections, TransportKind.EPOLL);
  }

  public Doors(Connections connections, TransportKind transport) {
    Keys keys = new Keys();
    IngressPorts ports =
        new IngressPorts(
            line.line(),
            keys,
            keys,
            gauges,
            () -> List.copyOf(notReady),
            model -> !loading.contains(model),
            "1.2.3",
            () -> "millrace_up 1\n",
            background,
            () -> new Random(1),
            statistics,
            repository);
    IngressSettings settings =
        new IngressSettings(
            "127.0.0.1",
            0,
            "127.0.0.1",
            0,
            1,
            transport,
            Set.of(ORIGIN),
            connections,
            Durability.FSYNC,
            Durability.MEMORY);
    server = new IngressServer(ports, settings);
    try {
      server.start();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  public int port() {
    return server.port();
  }

  public String url(String path) {
    return "http://127.0.0.1:" + server.port() + path;
  }

  /** A request with Alice's key. */
  public HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(url(path)))
        .timeout(PATIENCE)
        .header("authorization", "Bearer " + Keys.ALICE);
  }

  public HttpRequest.Builder post(String path, String body) {
    return request(path).POST(BodyPublishers.ofString(body));
  }

  public HttpResponse<String> get(String path) {
    return send(request(path));
  }

  public HttpResponse<String> send(HttpRequest.Builder request) {
    return send(http1, request, BodyHandlers.ofString());
  }

  public HttpResponse<byte[]> sendBytes(HttpRequest.Builder request) {
    return send(http1, request, BodyHandlers.ofByteArray());
  }

  public HttpResponse<String> sendHttp2(HttpRequest.Builder request) {
    return send(http2, request, BodyHandlers.ofString());
  }

  /** A stream of events, block by block; the head has been read. */
  public SseClient stream(HttpRequest.Builder request) {
    return new SseClient(send(http1, request, BodyHandlers.ofInputStream()));
  }

  public SseClient streamHttp2(HttpRequest.Builder request) {
    return new SseClient(send(http2, request, BodyHandlers.ofInputStream()));
  }

  private static <T> HttpResponse<T> send(
      HttpClient client, HttpRequest.Builder request, HttpResponse.BodyHandler<T> body) {
    try {
      return client.send(request.build(), body);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (InterruptedException interrupted) {
      throw new AssertionError(interrupted);
    }
  }

  public RawClient raw() {
    return new RawClient(server.port());
  }

  public WsClient socket() {
    return WsClient.open(server.port(), "/v1/ws", "authorization: Bearer " + Keys.ALICE);
  }

  public static JsonNode json(String text) {
    return JSON.readTree(text);
  }

  public static JsonNode json(HttpResponse<String> response) {
    return JSON.readTree(response.body());
  }

  @Override
  public void close() {
    http1.close();
    http2.close();
    server.close();
    line.close();
    background.close();
  }
}
