package dev.millrace.ingress.testing;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A client of gRPC that can also say what none should. */
public final class GrpcClient implements AutoCloseable {

  private static final long PATIENCE_SECONDS = 15;

  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
  private final HttpClient client =
      vertx.createHttpClient(
          new HttpClientOptions()
              .setProtocolVersion(HttpVersion.HTTP_2)
              .setHttp2ClearTextUpgrade(false));
  private final int port;

  public GrpcClient(int port) {
    this.port = port;
  }

  /** A call that is open: what comes of it is told in order. */
  public final class Call {

    private final HttpClientRequest request;
    private final BlockingQueue<byte[]> messages = new LinkedBlockingQueue<>();
    private final CompletableFuture<Map<String, String>> ended = new CompletableFuture<>();
    private Buffer rest = Buffer.buffer();

    private Call(HttpClientRequest request) {
      this.request = request;
      request
          .response()
          .onFailure(ended::completeExceptionally)
          .onSuccess(
              response -> {
                Map<String, String> told = new TreeMap<>();
                response.headers().forEach(told::put);
                response.exceptionHandler(ended::completeExceptionally);
                response.handler(this::part);
                response.endHandler(
                    _ -> {
                      response.trailers().forEach(told::put);
                      told.put("http", Integer.toString(response.statusCode()));
                      ended.complete(told);
                    });
              });
    }

    private void part(Buffer part) {
      rest = rest.appendBuffer(part);
      while (rest.length() >= 5 && rest.length() >= 5 + rest.getInt(1)) {
        int end = 5 + rest.getInt(1);
        messages.add(rest.getBytes(5, end));
        rest = rest.getBuffer(end, rest.length());
      }
    }

    public Call send(MessageLite message) {
      return raw(framed(message.toByteArray(), false));
    }

    /** Bytes as they are, framed or not. */
    public Call raw(byte[] bytes) {
      taken(request.write(Buffer.buffer(bytes)).toCompletionStage().toCompletableFuture());
      return this;
    }

    public Call end() {
      request.end();
      return this;
    }

    /** From now on nothing is taken of what comes. */
    public Call doNotRead() {
      request.response().onSuccess(HttpClientResponse::pause);
      return this;
    }

    public void cancel() {
      request.reset(8);
    }

    /** The next message. */
    public <T> T next(Parser<T> parser) {
      try {
        byte[] message = messages.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (message == null) {
          throw new AssertionError("no message; ended: " + ended);
        }
        return parser.parseFrom(message);
      } catch (InterruptedException | InvalidProtocolBufferException failed) {
        throw new AssertionError(failed);
      }
    }

    public boolean isEnded() {
      return ended.isDone();
    }

    public int waiting() {
      return messages.size();
    }

    /** Headers and trailers, once it has ended. */
    public Map<String, String> status() {
      return taken(ended);
    }

    /** The number of the status, once it has ended. */
    public int code() {
      return Integer.parseInt(status().getOrDefault("grpc-status", "-1"));
    }

    /** The message of the status, decoded where it matters to tests. */
    public String said() {
      return status().getOrDefault("grpc-message", "").replace("%25", "%");
    }
  }

  public static byte[] framed(byte[] message, boolean compressed) {
    return Buffer.buffer()
        .appendByte((byte) (compressed ? 1 : 0))
        .appendInt(message.length)
        .appendBytes(message)
        .getBytes();
  }

  /** Opens a call; headers by pairs. */
  public Call open(String path, String... headers) {
    RequestOptions options =
        new RequestOptions()
            .setHost("127.0.0.1")
            .setPort(port)
            .setMethod(HttpMethod.POST)
            .setURI(path)
            .putHeader("te", "trailers")
            .putHeader("content-type", "application/grpc");
    for (int i = 0; i < headers.length; i += 2) {
      options.putHeader(headers[i], headers[i + 1]);
    }
    HttpClientRequest request =
        taken(client.request(options).toCompletionStage().toCompletableFuture());
    request.setChunked(true);
    return new Call(request);
  }

  /** Opens a call to the inference service with Alice's key. */
  public Call inference(String method, String... headers) {
    List<String> all = new ArrayList<>(List.of(headers));
    all.addAll(List.of("authorization", "Bearer " + Keys.ALICE));
    return open("/inference.GRPCInferenceService/" + method, all.toArray(String[]::new));
  }

  /** One message in, one out. */
  public <T> T unary(String method, MessageLite message, Parser<T> parser) {
    Call call = inference(method).send(message).end();
    if (call.code() != 0) {
      throw new AssertionError(call.status().toString());
    }
    return call.next(parser);
  }

  private static <T> T taken(CompletableFuture<T> future) {
    try {
      return future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException failed) {
      throw new AssertionError(failed);
    }
  }

  @Override
  public void close() {
    taken(client.close().toCompletionStage().toCompletableFuture());
    taken(vertx.close().toCompletionStage().toCompletableFuture());
  }
}
