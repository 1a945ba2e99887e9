/**
 * JSON at the doors: strict streaming reading with limits, and a small writer for the frames that
 * are sent a hundred thousand times a second. Start reading at {@link
 * dev.millrace.ingress.json.JsonObjectReader}.
 */
@NullMarked
package dev.millrace.ingress.json;

import org.jspecify.annotations.NullMarked;
