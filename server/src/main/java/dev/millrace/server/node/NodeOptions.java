package dev.millrace.server.node;

import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a node is started with.
 *
 * @param home where the program lies; its {@code models} folder has the bundled models
 * @param config the configuration file, or null for the defaults
 * @param overrides values by full key that stand above the file's, such as {@code http.port}
 * @param adminKey from the environment, or null to make one
 */
public record NodeOptions(
    Path home, @Nullable Path config, Map<String, String> overrides, @Nullable String adminKey) {}
