/**
 * What a node fetches by itself while it serves: llama.cpp and a small model that chats. A node and
 * a place for lines come in; the model is served when it is there. One virtual thread, which waits;
 * nothing that goes wrong here stops the node. Start reading at {@link
 * dev.millrace.server.fetch.BackgroundFetch}.
 */
@NullMarked
package dev.millrace.server.fetch;

import org.jspecify.annotations.NullMarked;
