package dev.millrace.admission;

import dev.millrace.domain.security.Access;
import dev.millrace.domain.security.Principal;
import dev.millrace.domain.task.TaskClass;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.random.RandomGenerator;

/**
 * A key as it is kept.
 *
 * @param prefix what it is found by
 * @param sha256 of the whole key
 * @param granted the answer for whoever has it, made once
 */
@SuppressWarnings("ArrayRecordComponent")
record KeyRecord(String prefix, byte[] sha256, Access.Granted granted) {

  private static final String MARK = "mk_";
  private static final int PREFIX_LENGTH = MARK.length() + 8;
  // 192 bits: 48 are spent on the prefix, which is kept in clear, 144 stay secret.
  private static final int RANDOM_BYTES = 24;

  static KeyRecord of(String key, String name, int tenant, boolean admin, TaskClass highestClass) {
    return new KeyRecord(
        prefixOf(key),
        Hashing.sha256(key.getBytes(StandardCharsets.UTF_8)),
        new Access.Granted(new Principal(tenant, name, admin, highestClass)));
  }

  static String generate(RandomGenerator random) {
    byte[] bytes = new byte[RANDOM_BYTES];
    random.nextBytes(bytes);
    return MARK + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  static String prefixOf(String key) {
    return key.length() <= PREFIX_LENGTH ? key : key.substring(0, PREFIX_LENGTH);
  }

  boolean admin() {
    return granted.principal().admin();
  }
}
