/**
 * The WebSocket door, {@code /v1/ws}, subprotocol {@code millrace.v1} (PROTOCOLS.md): many tasks on
 * one socket, one frame an event, a slow reader slowed and at last asked to come back. Below a
 * socket is its link, a Netty handler that is alone in its channel: bytes to messages, texts to
 * frames. Event loops only. Start reading at {@link dev.millrace.ingress.ws.Handshake}, then {@link
 * dev.millrace.ingress.ws.Socket}.
 */
@NullMarked
package dev.millrace.ingress.ws;

import org.jspecify.annotations.NullMarked;
