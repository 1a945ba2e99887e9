/**
 * Hostile clients, one class a kind of attack, against doors on real sockets: what the catalogue in
 * {@code docs/faults.md} says of protocols and payloads. Each test shows that the fault fired (the
 * node answered it, and how) and that an {@link dev.millrace.ingress.faults.Honest} client is
 * served before, beside and after it.
 *
 * <p>Not here: what an unlucky client does; each door's own tests have that. Start reading at
 * {@link dev.millrace.ingress.faults.RapidResetTest}.
 */
@NullMarked
package dev.millrace.ingress.faults;

import org.jspecify.annotations.NullMarked;
