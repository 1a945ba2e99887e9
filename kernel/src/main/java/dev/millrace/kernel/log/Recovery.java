package dev.millrace.kernel.log;

import java.util.List;

/**
 * What opening a log found.
 *
 * @param segments how many segments there are
 * @param end behind the last whole block, a {@link LogPosition}
 * @param cutBytes how many bytes of a torn write stand behind it and will be cut; none of them was
 *     acknowledged
 * @param cutReason why the first of them is not a block; empty when nothing is cut
 * @param warnings what was repaired or passed over, for people
 */
public record Recovery(
    int segments, long end, long cutBytes, String cutReason, List<String> warnings) {}
