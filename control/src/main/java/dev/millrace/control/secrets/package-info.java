/**
 * Keys of other servers, kept so that a copy of the data folder without its node key tells nothing.
 * A value in, its text out again for whoever runs in this process; never into a log, a snapshot or
 * a message.
 *
 * <p>Threads: any, one at a time; every call reads or writes the disk. Not here: the keys of our
 * own users (admission). Start reading at {@link dev.millrace.control.secrets.SecretStore}.
 */
@NullMarked
package dev.millrace.control.secrets;

import org.jspecify.annotations.NullMarked;
