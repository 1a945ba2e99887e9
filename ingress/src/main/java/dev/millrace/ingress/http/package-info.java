/**
 * HTTP without any door's dialect: event loops, routes with their one action, bodies with limits,
 * the error table's rendering. In: Vert.x requests. Out: an {@link
 * dev.millrace.ingress.http.Exchange} to a door's handler, already authorized.
 *
 * <p>Threads: the event loops own everything here; {@link dev.millrace.ingress.http.Loop#execute}
 * is for the others. Start reading at {@link dev.millrace.ingress.http.Router}.
 */
@NullMarked
package dev.millrace.ingress.http;

import org.jspecify.annotations.NullMarked;
