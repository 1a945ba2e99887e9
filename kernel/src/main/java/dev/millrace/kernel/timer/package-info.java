/**
 * Timers of one owner, cheap to set and cheaper to cancel. Start reading at {@link
 * dev.millrace.kernel.timer.TimerWheel}.
 */
@NullMarked
package dev.millrace.kernel.timer;

import org.jspecify.annotations.NullMarked;
