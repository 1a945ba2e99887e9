/**
 * The Open Inference Protocol V2 over gRPC, with health and reflection, on the port of all doors
 * (WIRE.md, section 2). What the protocol means is shared with HTTP ({@code ingress.v2}); here are
 * frames, statuses and messages.
 *
 * <p>In: HTTP/2 requests whose content is gRPC. Out: tasks, and their outputs as messages. One door
 * a loop; event loops only, but for loading and unloading. A call is authorized before a byte of
 * its messages is kept; what has no method is refused.
 *
 * <p>Why the frames are our own: decision 9. Start reading at {@link
 * dev.millrace.ingress.grpc.GrpcDoor}, then {@link dev.millrace.ingress.grpc.GrpcCall}.
 */
@NullMarked
package dev.millrace.ingress.grpc;

import org.jspecify.annotations.NullMarked;
