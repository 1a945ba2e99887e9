package dev.millrace.kernel.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LogSettingsTest {

  private static final Duration MARK = Duration.ofMillis(100);

  @Test
  void the_defaults_hold_a_64_mebibyte_segment_and_a_100_millisecond_mark() {
    assertThat(LogSettings.DEFAULT.segmentBytes()).isEqualTo(64L << 20);
    assertThat(LogSettings.DEFAULT.markInterval()).isEqualTo(MARK);
  }

  @Test
  void a_value_out_of_range_is_told_with_the_range() {
    assertThatThrownBy(() -> new LogSettings(100, 1024, 512, 16, MARK, 0))
        .hasMessage("segment-bytes: 100 (expected: 4096..1073741824)");
    assertThatThrownBy(() -> new LogSettings(4096, 500, 512, 16, MARK, 0))
        .hasMessage("max-block-bytes: 500 (expected: 588..16777216)");
    assertThatThrownBy(() -> new LogSettings(4096, 4096, 512, 16, MARK, 0))
        .hasMessageContaining("at most segment-bytes - 64");
    assertThatThrownBy(() -> new LogSettings(4096, 1024, 10, 16, MARK, 0))
        .hasMessageStartingWith("max-record-bytes: 10");
    assertThatThrownBy(() -> new LogSettings(4096, 1024, 512, 1, MARK, 0))
        .hasMessageStartingWith("mailbox-entries: 1");
    assertThatThrownBy(() -> new LogSettings(4096, 1024, 512, 16, Duration.ZERO, 0))
        .hasMessageStartingWith("mark-interval: PT0S");
    assertThatThrownBy(() -> new LogSettings(4096, 1024, 512, 16, MARK, -1))
        .hasMessageStartingWith("min-free-bytes: -1");
  }
}
