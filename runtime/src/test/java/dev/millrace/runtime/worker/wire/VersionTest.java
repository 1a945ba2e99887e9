package dev.millrace.runtime.worker.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class VersionTest {

  @Test
  void a_node_takes_its_own_version_and_the_one_before() {
    assertThat(Version.accepts(7, 7)).isTrue();
    assertThat(Version.accepts(6, 7)).isTrue();
    assertThat(Version.accepts(5, 7)).isFalse();
    assertThat(Version.accepts(8, 7)).isFalse();
  }

  @Test
  void before_the_first_version_there_was_none() {
    assertThat(Version.accepts(1, 1)).isTrue();
    assertThat(Version.accepts(0, 1)).isFalse();
    assertThat(Version.accepts(-1, 1)).isFalse();
  }

  @Test
  void a_refusal_names_what_was_found_and_expected() {
    assertThat(Version.refusal(9, 7)).isEqualTo("protocol version 9 (expected: 6 or 7)");
    assertThat(Version.refusal(9, 1)).isEqualTo("protocol version 9 (expected: 1)");
  }
}
