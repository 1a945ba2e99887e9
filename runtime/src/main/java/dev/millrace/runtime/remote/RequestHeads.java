package dev.millrace.runtime.remote;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where requests of one model go and what they begin with: the same for all that go to one path of
 * one replica, so it is made once. Owned by one loop.
 */
final class RequestHeads {

  private record Place(Base base, String path) {}

  private final @Nullable String key;
  private final Map<Place, RequestOptions> made = new HashMap<>();

  RequestHeads(@Nullable String key) {
    this.key = key;
  }

  /** Not to be changed by who gets it. */
  RequestOptions of(Base base, String path) {
    return made.computeIfAbsent(new Place(base, path), this::make);
  }

  private RequestOptions make(Place place) {
    Base base = place.base();
    RequestOptions options =
        new RequestOptions()
            .setMethod(HttpMethod.POST)
            .setHost(base.host())
            .setPort(base.port())
            .setSsl(base.tls())
            .setFollowRedirects(false)
            .setURI(base.path() + place.path())
            .putHeader("content-type", "application/json")
            .putHeader("accept", "text/event-stream, application/json")
            .putHeader("user-agent", "millrace");
    if (key != null) {
      options.putHeader("authorization", "Bearer " + key);
    }
    return options;
  }
}
