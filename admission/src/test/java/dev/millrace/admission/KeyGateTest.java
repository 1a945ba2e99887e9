package dev.millrace.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.domain.error.ErrorCode;
import dev.millrace.domain.security.Access;
import dev.millrace.domain.security.Action;
import dev.millrace.domain.security.Principal;
import dev.millrace.domain.task.TaskClass;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyGateTest {

  private static final Set<Action> ADMINS =
      Set.of(Action.ADMINISTER, Action.CONTROL_MODELS, Action.READ_METRICS);

  private static final String ADMIN = "an-admin-key-from-the-environment";

  @TempDir Path temp;
  private Path file;

  @BeforeEach
  void name() {
    file = temp.resolve("data/keys");
  }

  private KeyGate gate(String fromEnvironment) throws IOException {
    return KeyGate.open(file, fromEnvironment, new SecureRandom());
  }

  private static ErrorCode denied(Access access) {
    assertThat(access).isInstanceOf(Access.Denied.class);
    return ((Access.Denied) access).problem().code();
  }

  private static Principal granted(Access access) {
    assertThat(access).isInstanceOf(Access.Granted.class);
    return ((Access.Granted) access).principal();
  }

  @ParameterizedTest
  @EnumSource(Action.class)
  void only_health_is_for_everybody(Action action) throws IOException {
    Access access = gate(ADMIN).check(null, action);
    if (action == Action.HEALTH) {
      assertThat(granted(access).admin()).isFalse();
    } else {
      assertThat(denied(access)).isEqualTo(ErrorCode.UNAUTHENTICATED);
    }
  }

  @ParameterizedTest
  @EnumSource(Action.class)
  void an_admin_key_may_do_everything(Action action) throws IOException {
    assertThat(gate(ADMIN).check(ADMIN, action)).isInstanceOf(Access.Granted.class);
  }

  @ParameterizedTest
  @EnumSource(Action.class)
  void a_users_key_may_not_administer_control_models_or_read_metrics(Action action)
      throws IOException {
    String key = KeyRecord.generate(new Random(3));
    KeyFile.write(file, List.of(KeyRecord.of(key, "app", 7, false, TaskClass.STANDARD)));
    Access access = gate(ADMIN).check(key, action);
    if (ADMINS.contains(action)) {
      assertThat(denied(access)).isEqualTo(ErrorCode.FORBIDDEN);
    } else {
      assertThat(access).isInstanceOf(Access.Granted.class);
    }
    assertThat(granted(gate(ADMIN).check(key, Action.INFER)))
        .isEqualTo(new Principal(7, "app", false, TaskClass.STANDARD));
  }

  @Test
  void the_environments_key_is_never_written_down() throws IOException {
    KeyGate gate = gate(ADMIN);
    assertThat(gate.generatedKey()).isNull();
    assertThat(file).doesNotExist();
    assertThat(granted(gate.check(ADMIN, Action.ADMINISTER)).admin()).isTrue();
  }

  @Test
  void without_one_a_key_is_made_shown_once_and_kept_as_a_hash() throws IOException {
    KeyGate first = gate(null);
    String key = first.generatedKey();
    assertThat(key).startsWith("mk_").hasSize(3 + 32);
    assertThat(granted(first.check(key, Action.ADMINISTER)).admin()).isTrue();
    assertThat(Files.readString(file)).doesNotContain(key).contains(key.substring(0, 11));
    KeyGate second = gate(null);
    assertThat(second.generatedKey()).isNull();
    assertThat(granted(second.check(key, Action.ADMINISTER)).admin()).isTrue();
  }

  @Test
  void the_file_is_the_owners_alone() throws IOException {
    gate(null);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    try (var files = Files.list(file.getParent())) {
      assertThat(files).hasSize(1);
    }
  }

  @Test
  void every_made_key_is_another_one() throws IOException {
    String first = gate(null).generatedKey();
    Files.delete(file);
    assertThat(gate(null).generatedKey()).isNotEqualTo(first);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "mk_", "mk_wrong", "Bearer x", "\u0000", "an-admin-key-from-the-enviro"})
  void a_wrong_key_is_told_nothing_but_that(String credential) throws IOException {
    KeyGate gate = gate(ADMIN);
    assertThat(gate.check(credential, Action.INFER)).isEqualTo(gate.check(null, Action.INFER));
  }

  @Test
  void a_key_that_shares_the_prefix_is_still_wrong() throws IOException {
    KeyGate gate = gate(null);
    String key = gate.generatedKey();
    String other = key.substring(0, key.length() - 1) + (key.endsWith("A") ? "B" : "A");
    assertThat(denied(gate.check(other, Action.INFER))).isEqualTo(ErrorCode.UNAUTHENTICATED);
    assertThat(denied(gate.check(key + "x".repeat(10_000), Action.INFER)))
        .isEqualTo(ErrorCode.UNAUTHENTICATED);
  }

  @Test
  void two_keys_with_one_prefix_are_both_found() throws IOException {
    String one = "mk_sameone1-first-secret-part-of-it";
    String two = "mk_sameone1-second-secret-part-of-it";
    KeyFile.write(
        file,
        List.of(
            KeyRecord.of(one, "one", 1, false, TaskClass.STANDARD),
            KeyRecord.of(two, "two", 2, false, TaskClass.SHEDDABLE)));
    KeyGate gate = gate(ADMIN);
    assertThat(granted(gate.check(one, Action.INFER)).tenant()).isEqualTo(1);
    assertThat(granted(gate.check(two, Action.INFER)).tenant()).isEqualTo(2);
  }

  @Test
  void a_weak_or_endless_environment_key_is_refused() {
    assertThatThrownBy(() -> gate("short"))
        .hasMessage("MILLRACE_ADMIN_KEY: 5 characters (expected: 16..256)");
    assertThatThrownBy(() -> gate("x".repeat(257))).hasMessageContaining("257 characters");
  }

  @Test
  void an_unreadable_line_stops_the_start_and_is_not_shown() throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "mk_somebody-pasted-a-key-here\n");
    assertThatThrownBy(() -> gate(ADMIN))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("keys:1: an unreadable line")
        .hasMessageNotContaining("pasted");
  }
}
