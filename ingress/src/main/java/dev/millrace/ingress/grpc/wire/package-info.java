/**
 * The messages of the gRPC door, generated from {@code src/main/protobuf} at each build. Nothing
 * else lives here.
 */
@NullMarked
package dev.millrace.ingress.grpc.wire;

import org.jspecify.annotations.NullMarked;
