/**
 * The WebSocket door, {@code /v1/ws}, subprotocol {@code millrace.v1} (PROTOCOLS.md): many tasks on
 * one socket, one frame an event, a slow reader slowed and at last asked to come back. Event loops
 * only. Start reading at {@link dev.millrace.ingress.ws.Socket}.
 */
@NullMarked
package dev.millrace.ingress.ws;

import org.jspecify.annotations.NullMarked;
