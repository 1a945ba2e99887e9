/** The one error table of every door (PROTOCOLS.md). Values only; no thread. */
@NullMarked
package dev.millrace.domain.error;

import org.jspecify.annotations.NullMarked;
