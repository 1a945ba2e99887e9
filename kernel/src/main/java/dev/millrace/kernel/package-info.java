/**
 * What every stage stands on and no user ever hears of: clocks, mailboxes, timers, agents, packed
 * maps. Knows no domain word. Start reading at {@code Agent}.
 */
@NullMarked
package dev.millrace.kernel;

import org.jspecify.annotations.NullMarked;
