/** Named arrays as the V2 protocol knows them, packed. Values only; no thread. */
@NullMarked
package dev.millrace.domain.tensor;

import org.jspecify.annotations.NullMarked;
