/**
 * Nodes as processes of their own, and a plain client to talk to them: what the tests of this
 * module that need a whole node start from.
 *
 * <p>Threads: the caller's, and one for each node that reads what it prints. Not here: any
 * expectation. Start reading at {@link NodeProcess}.
 */
@NullMarked
package dev.millrace.verify.node;

import org.jspecify.annotations.NullMarked;
