/**
 * A running node: the line's stages built, joined by their ports, started in order and stopped in
 * order. Nothing here touches a request. Start reading at {@link dev.millrace.server.node.Node}.
 */
@NullMarked
package dev.millrace.server.node;

import org.jspecify.annotations.NullMarked;
