/**
 * The node's one file, {@code millrace.yaml}: text in, a {@link
 * dev.millrace.control.config.NodeConfig} or all findings out. Every key stands beside the field it
 * fills, with unit, bounds, default and one line of help; the reference and the JSON Schema are
 * made from the same keys.
 *
 * <p>Threads: any; values are immutable. Not here: what the settings do. Start reading at {@link
 * dev.millrace.control.config.ConfigReader}.
 */
@NullMarked
package dev.millrace.control.config;

import org.jspecify.annotations.NullMarked;
