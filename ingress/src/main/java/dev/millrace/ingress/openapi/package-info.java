/**
 * {@code /openapi.json}: the doors described for programs, as OpenAPI 3.1.
 *
 * <p>In: the routes as they are served, and resources that say what stands in bodies. Out: one
 * document, made once a loop. Paths, errors, limits and enumerations come from the code; only
 * sentences, examples and the shapes of bodies are written by hand. Not here: the WebSocket, which
 * OpenAPI cannot say. Start reading at {@link dev.millrace.ingress.openapi.OpenApiDoor}.
 */
@NullMarked
package dev.millrace.ingress.openapi;

import org.jspecify.annotations.NullMarked;
