package dev.millrace.ingress.openapi;

import dev.millrace.domain.security.Action;
import dev.millrace.domain.snapshot.SnapshotSource;
import dev.millrace.ingress.http.Dialect;
import dev.millrace.ingress.http.Exchange;
import dev.millrace.ingress.http.Route;
import java.util.List;
import java.util.function.Supplier;

/** {@code GET /openapi.json}, for whoever has a key. One a loop. */
public final class OpenApiDoor {

  private final Supplier<List<Route>> routes;
  private final SnapshotSource snapshots;
  private final String version;

  /**
   * @param routes all that are served, this one among them; asked for when the document is
   * @param version of the product
   */
  public OpenApiDoor(Supplier<List<Route>> routes, SnapshotSource snapshots, String version) {
    this.routes = routes;
    this.snapshots = snapshots;
    this.version = version;
  }

  public List<Route> routes() {
    return List.of(
        Route.get("/openapi.json", Action.READ_MODELS, Dialect.MILLRACE, this::document));
  }

  private void document(Exchange exchange) {
    Values values = new Values(snapshots.current().limits());
    exchange.json(200, new OpenApiDocument(routes.get(), values, version).write());
  }
}
