package dev.millrace.admission;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.error.Problem;
import dev.millrace.domain.security.Access;
import dev.millrace.domain.security.Action;
import dev.millrace.domain.security.Gate;
import dev.millrace.domain.security.Principal;
import dev.millrace.domain.task.TaskClass;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The authorization point: API keys, kept as SHA-256 and found by their first characters. Immutable
 * once open; any thread; a check is one hash and one comparison that takes as long whether it fits
 * or not.
 */
public final class KeyGate implements Gate {

  private static final int LONGEST = 256;
  private static final int SHORTEST_ADMIN_KEY = 16;
  private static final String ENVIRONMENT_KEY = "environment";
  private static final String GENERATED_KEY = "admin";

  private static final Access ANYBODY =
      new Access.Granted(new Principal(0, "nobody", false, TaskClass.SHEDDABLE));
  // One answer for no key, an unknown one and a wrong one: none tells what exists.
  private static final Access UNAUTHENTICATED =
      new Access.Denied(
          Problem.of(
              ErrorCode.UNAUTHENTICATED,
              "no valid API key (expected: Authorization: Bearer mk_…)"));
  private static final Access FORBIDDEN =
      new Access.Denied(
          Problem.of(ErrorCode.FORBIDDEN, "this key may not do that (expected: an admin key)"));
  private static final byte[] NO_HASH = new byte[32];

  private final Map<String, List<KeyRecord>> byPrefix;
  private final @Nullable String generatedKey;

  private KeyGate(List<KeyRecord> keys, @Nullable String generatedKey) {
    Map<String, List<KeyRecord>> map = new HashMap<>();
    for (KeyRecord key : keys) {
      map.computeIfAbsent(key.prefix(), prefix -> new ArrayList<>()).add(key);
    }
    this.byPrefix = Map.copyOf(map);
    this.generatedKey = generatedKey;
  }

  /**
   * Reads the keys and makes sure that there is an admin key: the one from the environment, which
   * is never written down, else one of the file's, else a new one, whose hash is.
   *
   * @param file the keys; made with a new key when needed
   * @param fromEnvironment the value of {@code MILLRACE_ADMIN_KEY}, or null when it is not set
   * @param random unguessable in production
   * @throws IllegalArgumentException when the environment's key is too short or too long
   * @throws IOException when the file cannot be read, or its content is not as written
   */
  public static KeyGate open(Path file, @Nullable String fromEnvironment, RandomGenerator random)
      throws IOException {
    List<KeyRecord> keys = new ArrayList<>(KeyFile.read(file));
    String generated = null;
    if (fromEnvironment != null) {
      requireLength(fromEnvironment);
      keys.add(KeyRecord.of(fromEnvironment, ENVIRONMENT_KEY, 0, true, TaskClass.CRITICAL));
    } else if (keys.stream().noneMatch(KeyRecord::admin)) {
      generated = KeyRecord.generate(random);
      keys.add(KeyRecord.of(generated, GENERATED_KEY, 0, true, TaskClass.CRITICAL));
      KeyFile.write(file, keys);
    }
    return new KeyGate(keys, generated);
  }

  private static void requireLength(String key) {
    if (key.length() < SHORTEST_ADMIN_KEY || key.length() > LONGEST) {
      throw new IllegalArgumentException(
          "MILLRACE_ADMIN_KEY: "
              + key.length()
              + " characters (expected: "
              + SHORTEST_ADMIN_KEY
              + ".."
              + LONGEST
              + ")");
    }
  }

  /** The admin key that was made at this opening, to be shown once; null when none was. */
  public @Nullable String generatedKey() {
    return generatedKey;
  }

  @Override
  public Access check(@Nullable String credential, Action action) {
    if (action == Action.HEALTH) {
      return ANYBODY;
    }
    KeyRecord key = credential == null ? null : find(credential);
    if (key == null) {
      return UNAUTHENTICATED;
    }
    return mayDo(key, action) ? key.granted() : FORBIDDEN;
  }

  private static boolean mayDo(KeyRecord key, Action action) {
    // No default: an action that is not named here must not compile.
    return switch (action) {
      case HEALTH, INFER, READ_TASK, CANCEL_TASK, READ_MODELS, OPEN_SOCKET -> true;
      case CONTROL_MODELS, READ_METRICS, ADMINISTER -> key.admin();
    };
  }

  private @Nullable KeyRecord find(String credential) {
    if (credential.length() > LONGEST) {
      return null;
    }
    byte[] hash = Hashing.sha256(credential.getBytes(StandardCharsets.UTF_8));
    KeyRecord found = null;
    List<KeyRecord> candidates = byPrefix.get(KeyRecord.prefixOf(credential));
    if (candidates == null) {
      // The same work as for a known prefix, so that time tells nothing.
      boolean never = MessageDigest.isEqual(hash, NO_HASH);
      return never ? null : found;
    }
    for (KeyRecord candidate : candidates) {
      if (MessageDigest.isEqual(hash, candidate.sha256())) {
        found = candidate;
      }
    }
    return found;
  }
}
