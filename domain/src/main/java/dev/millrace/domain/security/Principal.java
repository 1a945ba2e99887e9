package dev.millrace.domain.security;

import dev.millrace.domain.task.TaskClass;

/**
 * Who was recognised.
 *
 * @param tenant whose
 * @param keyName of the key, for logs; never the key
 * @param admin whether it may administer
 * @param highestClass the most precious class it may ask for
 */
public record Principal(int tenant, String keyName, boolean admin, TaskClass highestClass) {}
