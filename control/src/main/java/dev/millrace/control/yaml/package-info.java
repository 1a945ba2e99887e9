/**
 * YAML whose every key and value knows its line: bytes in, {@link
 * dev.millrace.control.yaml.YamlNode} or {@link dev.millrace.control.yaml.Finding}s out. Safe by
 * what it leaves out: no tags, anchors, aliases or second documents; size, depth and count are
 * bounded.
 *
 * <p>Threads: none of its own; values are immutable, a {@link dev.millrace.control.yaml.MapReader}
 * belongs to one thread. Not here: what the keys mean. Start reading at {@link
 * dev.millrace.control.yaml.YamlReader}.
 */
@NullMarked
package dev.millrace.control.yaml;

import org.jspecify.annotations.NullMarked;
