/**
 * What the tests of the doors share: a line in memory, models, keys, a node of doors on real
 * sockets, and clients that can say what no library would. Start reading at {@link
 * dev.millrace.ingress.testing.Doors}.
 */
@NullMarked
package dev.millrace.ingress.testing;

import org.jspecify.annotations.NullMarked;
