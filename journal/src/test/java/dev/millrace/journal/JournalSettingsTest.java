package dev.millrace.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.kernel.log.LogSettings;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class JournalSettingsTest {

  private static JournalSettings with(int inlineBytes, int keys, Duration keep) {
    return new JournalSettings(
        LogSettings.DEFAULT, inlineBytes, 1 << 20, 4, 1024, keep, keys, keep, 1 << 20, keep, 0);
  }

  @Test
  void the_defaults_are_those_of_the_documentation() {
    JournalSettings settings = JournalSettings.DEFAULT;

    assertThat(settings.inlineBytes()).isEqualTo(64 << 10);
    assertThat(settings.idempotencyKeep()).isEqualTo(Duration.ofHours(24));
    assertThat(settings.idempotencyKeys()).isEqualTo(1_000_000);
    assertThat(settings.transcriptKeep()).isEqualTo(Duration.ofMinutes(10));
    assertThat(settings.snapshotEveryBytes()).isEqualTo(64L << 20);
  }

  @Test
  void a_value_out_of_range_is_refused_with_the_value_found_and_the_range() {
    assertThatThrownBy(() -> with(1 << 20, 64, Duration.ZERO))
        .hasMessage("inline-bytes: 1048576 (expected: 64..253952)");
    assertThatThrownBy(() -> with(64, 1, Duration.ZERO))
        .hasMessage("idempotency-keys: 1 (expected: 64..100000000)");
    assertThatThrownBy(() -> with(64, 64, Duration.ofDays(400)))
        .hasMessageContaining("(expected: 0s..366d)");
  }
}
